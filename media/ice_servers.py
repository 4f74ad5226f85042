"""The STUN and TURN servers that players are told of, as Link headers (RFC 9725 section 4.6).

coturn's time-limited credentials: the user name is a time and a word, the password its HMAC under
the secret that both share (`use-auth-secret`). Nothing is stored and nobody's name is in it: the
word is random, and there because coturn counts a user's allocations (`user-quota`) by it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

# As long as an evening's stream; a player that reloads gets new ones.
CREDENTIAL_S = 6 * 3600


def write_ice_server_links(
    urls: tuple[str, ...], secret: str | None, *, unix_time: float
) -> list[str]:
    """Return one Link header value per server."""
    links = []
    # No comma or semicolon inside a value: OBS splits the header at both.
    user_name = f"{int(unix_time) + CREDENTIAL_S}:{secrets.token_hex(6)}"
    for url in urls:
        link = f'<{url}>; rel="ice-server"'
        if url.startswith("turn") and secret is not None:
            digest = hmac.new(secret.encode(), user_name.encode(), hashlib.sha1).digest()
            credential = base64.b64encode(digest).decode()
            link += f'; username="{user_name}"; credential="{credential}"'
            link += '; credential-type="password"'
        links.append(link)
    return links
