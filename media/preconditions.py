"""What a client must show before a session is begun or changed, where the node is strict.

Lenient is the default, because of the players that exist one sends no If-Match, one its tag in
another header, two no token to the session, one a bare token. Strict (VIBECAST_WEBRTC_STRICT) holds
everybody to the letter of RFC 9725. Rules only: what is wrong is raised, by name.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

from errors import (
    Forbidden,
    InvalidSdp,
    PreconditionFailed,
    PreconditionRequired,
    Unauthenticated,
    Unprocessable,
)
from media.sdp import Fragment, Offer

_ENTITY_TAG = re.compile(r'(?:W/)?"[^"]*"|\*')
# The RFC's own example prints the star with quotes, and one client sends it so.
_ANY = ("*", '"*"')


def fingerprint_token(token: str | None) -> bytes | None:
    """Return what a session remembers of the token that began it."""
    if token is None:
        return None
    # A header may hold any bytes; aiohttp hands over what is not UTF-8 as lone surrogates.
    return hashlib.sha256(token.encode(errors="backslashreplace")).digest()


class Preconditions:
    """The checks of one node."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict

    def read_token(self, headers: Mapping[str, str]) -> str | None:
        """Return the bearer token; where nobody is strict a bare one too, as one player sends its
        key."""
        scheme, _, token = headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() == "bearer":
            return token.strip() or None
        return scheme if scheme and not token and not self._strict else None

    def check_offer(self, offer: Offer) -> None:
        """Raise Unprocessable for an offer that RFC 9725 section 4.4.1 does not allow."""
        sections = {section.mid for section in offer.sections}
        if self._strict and len(sections) > 1 and not sections <= set(offer.bundle):
            raise Unprocessable("Bundle all sections (a=group:BUNDLE): there is one transport.")

    def check_holder(self, holder: bytes | None, token: str | None) -> None:
        """Raise unless `token` is the one that began the session, whose fingerprint is `holder`.

        Otherwise the session's address, which nobody can guess, is right enough.
        """
        if not self._strict or holder is None:
            return
        given = fingerprint_token(token)
        if given is None:
            raise Unauthenticated("Send the token that began the session.")
        if not hmac.compare_digest(given, holder):
            raise Forbidden("Another token began the session.")

    def check_version(self, headers: Mapping[str, str], etag: str) -> None:
        """Raise unless If-Match names the session's present ICE session (RFC 9725 section 4.3)."""
        if not self._strict:
            return
        condition = headers.get("If-Match", "").strip()
        if not condition:
            raise PreconditionRequired
        if condition not in _ANY and etag not in _ENTITY_TAG.findall(condition):
            raise PreconditionFailed

    def check_fragment(self, fragment: Fragment) -> None:
        """Raise InvalidSdp for one half of a pair of credentials: no ICE session has that."""
        if self._strict and (fragment.ice_ufrag is None) != (fragment.ice_pwd is None):
            raise InvalidSdp("Send ice-ufrag and ice-pwd together.")
