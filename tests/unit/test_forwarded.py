"""Whom proxies are believed about."""

from __future__ import annotations

import pytest

from server.forwarded import Forwarded

FORWARDED = Forwarded(trusted_proxies=["10.0.0.0/8", "fd00::/8"], public_url=None)


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.9", "198.51.100.9"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("::ffff:10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        (None, "1.1.1.1", "unknown"),
    ],
)
def test_right_most_stranger_is_the_client(
    peer: str | None, forwarded_for: str, client: str
) -> None:
    assert FORWARDED.right_most_untrusted(peer, forwarded_for) == client
