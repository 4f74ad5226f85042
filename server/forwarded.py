"""Where a request comes from and under which address we are reached, when proxies stand between.

Only what a trusted proxy says is believed; everybody else could write any X-Forwarded-For.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from aiohttp import web

UNKNOWN_ADDRESS = "unknown"
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


class Forwarded:
    """Reads X-Forwarded-For and X-Forwarded-Proto from the networks that are trusted."""

    def __init__(self, *, trusted_proxies: Sequence[str], public_url: str | None) -> None:
        self._trusted = [ipaddress.ip_network(network) for network in trusted_proxies]
        self._public_url = public_url

    def client_address(self, request: web.BaseRequest) -> str:
        """Return the address of the client: the right-most that is not a proxy of ours."""
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        return self.right_most_untrusted(request.remote, forwarded)

    def right_most_untrusted(self, peer: str | None, forwarded_for: str) -> str:
        """Return the first address, from the right, that none of our proxies has.

        What stands left of it was written by somebody we do not know.
        """
        address = peer or UNKNOWN_ADDRESS
        for hop in reversed(forwarded_for.split(",")):
            if not self._is_trusted(address):
                return address
            hop = hop.strip()
            if not _is_address(hop):
                return address
            address = hop
        return address

    def is_secure(self, request: web.BaseRequest) -> bool:
        """Tell whether the client speaks HTTPS, to us or to a trusted proxy in front."""
        if request.secure:
            return True
        if self._is_trusted(request.remote or UNKNOWN_ADDRESS):
            proto = request.headers.get("X-Forwarded-Proto", "")
            return proto.rpartition(",")[2].strip().lower() == "https"
        return False

    def base_url(self, request: web.BaseRequest) -> str:
        """Return the address people use, such as `https://live.example`, without a slash."""
        if self._public_url is not None:
            return self._public_url
        scheme = "https" if self.is_secure(request) else "http"
        # The client wrote it, and it goes into headers and addresses: nothing but a host may pass.
        host = request.host if _HOST.fullmatch(request.host) else "localhost"
        return f"{scheme}://{host}"

    def _is_trusted(self, address: str) -> bool:
        if not _is_address(address):
            return False
        parsed = ipaddress.ip_address(address)
        mapped = getattr(parsed, "ipv4_mapped", None)
        return any((mapped or parsed) in network for network in self._trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
