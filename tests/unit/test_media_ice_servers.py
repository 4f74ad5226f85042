"""What players are told of STUN and TURN servers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from media.ice_servers import CREDENTIAL_S, write_ice_server_links

URLS = (
    "stun:live.example:3478",
    "turn:live.example:3478?transport=udp",
    "turns:live.example:5349?transport=tcp",
)
NOW = 1_800_000_000.25


def _user_names(links: list[str]) -> list[str]:
    return re.findall(r'username="([^"]*)"', " ".join(links))


def test_only_turn_servers_come_with_credentials_that_coturn_can_check() -> None:
    stun, *turns = write_ice_server_links(URLS, "shared", unix_time=NOW)
    assert stun == '<stun:live.example:3478>; rel="ice-server"'
    for url, link in zip(URLS[1:], turns, strict=True):
        found = re.fullmatch(
            r'<(.*)>; rel="ice-server"; username="(.*)"; credential="(.*)";'
            r' credential-type="password"',
            link,
        )
        assert found is not None and found[1] == url
        digest = hmac.new(b"shared", found[2].encode(), hashlib.sha1).digest()
        assert base64.b64decode(found[3]) == digest
        assert int(found[2].split(":")[0]) == int(NOW) + CREDENTIAL_S


def test_no_value_holds_what_obs_splits_the_header_at() -> None:
    for link in write_ice_server_links(URLS, "shared", unix_time=NOW):
        assert "," not in link
        assert all(";" not in value for value in re.findall(r'"([^"]*)"', link))


def test_everybody_has_a_quota_of_their_own() -> None:
    """coturn cuts the time off the name: with one word for all, all shared one user's quota."""
    somebody = _user_names(write_ice_server_links(URLS, "shared", unix_time=NOW))
    another = _user_names(write_ice_server_links(URLS, "shared", unix_time=NOW))
    assert len({name.partition(":")[2] for name in somebody}) == 1
    assert somebody[0].partition(":")[2] != another[0].partition(":")[2]
