"""Fetches addresses that people gave us, without becoming their way into our network.

A name is resolved once, every address it has must be one of the open internet, and the connection
goes to just that address: there is no second look-up whose answer could differ. Redirects are
followed by hand and checked the same way. Bounded in time, in bytes (also after decompression) and
in redirects.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import zlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

TIMEOUT_S = 5.0
LIMIT_BYTES = 1024 * 1024
REDIRECTS = 3
URL_MAX_CHARS = 2048
USER_AGENT = "Vibecast (feed reader)"
_PORTS = (80, 443)
_REDIRECTS = (301, 302, 303, 307, 308)
# The one part of IPv6 that is given out for the open internet. All that embeds IPv4 lies outside of
# it (mapped, compatible, NAT64) or is named below (6to4; Teredo among the special ones), beside
# what is for documentation and newer than the standard library's list.
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_SPECIAL_V6 = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/23", "3fff::/20")))
# 6to4's relays: anycast, long given up, and announced by whoever likes.
_RELAYS_V4 = ipaddress.ip_network("192.88.99.0/24")

Place = tuple[str, int]
"""An address and a port."""


class FetchFailed(Exception):
    """The address cannot be fetched; the message says why and may be shown to who gave it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back. `status` is 200, or 304 where nothing had changed."""

    status: int
    url: str
    """After redirects."""
    content: bytes
    etag: str | None
    last_modified: str | None


def is_global(address: str) -> bool:
    """Tell whether `address` is a machine on the open internet, and none of ours."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return parsed.is_global and not parsed.is_multicast and parsed not in _RELAYS_V4
    return (
        parsed in _GLOBAL_V6
        and parsed.is_global
        and not any(parsed in network for network in _SPECIAL_V6)
    )


class _GlobalResolver(AbstractResolver):
    """Resolves names, all of whose addresses must be allowed."""

    def __init__(self, also_allow: Collection[Place]) -> None:
        self._also_allow = also_allow

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        addresses = [(each[0], str(each[4][0])) for each in found]
        for _, address in addresses:
            check_place(address, port, also_allow=self._also_allow)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, address in addresses
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def check_place(address: str, port: int, *, also_allow: Collection[Place] = ()) -> None:
    """Raise FetchFailed for an address that is none of the open internet's."""
    if (address, port) not in also_allow and not is_global(address):
        raise FetchFailed("the address is not on the open internet")


def check_url(url: URL, *, also_allow: Collection[Place] = ()) -> None:
    """Raise FetchFailed for an address that is not fetched, whatever its name resolves to."""
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchFailed("only http and https addresses are fetched")
    if len(str(url)) > URL_MAX_CHARS:
        raise FetchFailed(f"the address is longer than {URL_MAX_CHARS} characters")
    if url.user is not None or url.password is not None:
        raise FetchFailed("the address holds a user name or a password")
    port = url.port or 0
    allowed_ports = {place[1] for place in also_allow}
    if port not in _PORTS and port not in allowed_ports:
        raise FetchFailed("only the ports 80 and 443 are fetched from")
    if _is_address(url.host):
        # aiohttp asks no resolver about these.
        check_place(url.host, port, also_allow=also_allow)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Fetcher:
    """Fetches. Made by `open_fetcher`, which owns its connections.

    `also_allow` are places that are fetched from although they are not on the open internet.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        *,
        also_allow: Collection[Place] = (),
        timeout_s: float = TIMEOUT_S,
        limit_bytes: int = LIMIT_BYTES,
    ) -> None:
        self._http = http
        self._also_allow = also_allow
        self._timeout_s = timeout_s
        self._limit_bytes = limit_bytes

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """Return what is at `url`, unless it still is what `etag` or `last_modified` name.

        Raises FetchFailed.
        """
        headers: dict[str, str] = {}
        if etag:
            headers[hdrs.IF_NONE_MATCH] = etag
        if last_modified:
            headers[hdrs.IF_MODIFIED_SINCE] = last_modified
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(_parsed(url), headers)
        except TimeoutError as error:
            raise FetchFailed(f"no answer within {self._timeout_s:g} seconds") from error
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            raise FetchFailed("nobody answers there as a web server would") from error

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
        """Send `body` to `url` and return the status. Redirects are not followed, and what comes
        back is not read. Raises FetchFailed."""
        target = _parsed(url)
        check_url(target, also_allow=self._also_allow)
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._http.post(
                    target, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                return response.status
        except TimeoutError as error:
            raise FetchFailed(f"no answer within {self._timeout_s:g} seconds") from error
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            raise FetchFailed("nobody answers there as a web server would") from error

    async def _follow(self, url: URL, headers: Mapping[str, str]) -> Fetched:
        for _ in range(REDIRECTS + 1):
            check_url(url, also_allow=self._also_allow)
            async with self._http.get(url, headers=headers, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await self._read(url, response)
                location = response.headers.get(hdrs.LOCATION)
            if location is None:
                raise FetchFailed("the server redirects to nowhere")
            url = url.join(_parsed(location))
        raise FetchFailed(f"the server redirects more than {REDIRECTS} times")

    async def _read(self, url: URL, response: aiohttp.ClientResponse) -> Fetched:
        if response.status not in (200, 304):
            raise FetchFailed(f"the server answers with status {response.status}")
        content = b"" if response.status == 304 else await self._bounded(response)
        return Fetched(
            response.status,
            str(url),
            content,
            response.headers.get(hdrs.ETAG),
            response.headers.get(hdrs.LAST_MODIFIED),
        )

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        encoding = response.headers.get(hdrs.CONTENT_ENCODING, "identity").lower()
        if encoding not in ("identity", "gzip"):
            raise FetchFailed(
                f"the server encodes its answer as {encoding}, which nobody asked for"
            )
        received = bytearray()
        async for chunk in response.content.iter_any():
            received += chunk
            if len(received) > self._limit_bytes:
                raise FetchFailed(f"the answer is larger than {self._limit_bytes} bytes")
        if encoding == "identity":
            return bytes(received)
        return self._inflated(bytes(received))

    def _inflated(self, compressed: bytes) -> bytes:
        """Inflate by hand: the library would inflate a small answer to anything."""
        inflating = zlib.decompressobj(wbits=31)
        try:
            content = inflating.decompress(compressed, self._limit_bytes + 1)
        except zlib.error as error:
            raise FetchFailed("the answer is not what its encoding says") from error
        if len(content) > self._limit_bytes:
            raise FetchFailed(f"the answer is larger than {self._limit_bytes} bytes")
        if not inflating.eof:
            raise FetchFailed("the answer is not what its encoding says")
        return content


def _parsed(url: str) -> URL:
    try:
        return URL(url)
    except ValueError as error:
        raise FetchFailed("that is no address") from error


@asynccontextmanager
async def open_fetcher(
    *,
    also_allow: Collection[Place] = (),
    timeout_s: float = TIMEOUT_S,
    limit_bytes: int = LIMIT_BYTES,
) -> AsyncIterator[Fetcher]:
    """Offer fetching for the length of the block."""
    connector = aiohttp.TCPConnector(
        resolver=_GlobalResolver(also_allow),
        use_dns_cache=False,
        # A kept connection would outlive the check of its address.
        force_close=True,
        limit=10,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={hdrs.USER_AGENT: USER_AGENT, hdrs.ACCEPT_ENCODING: "gzip"},
    ) as http:
        yield Fetcher(http, also_allow=also_allow, timeout_s=timeout_s, limit_bytes=limit_bytes)
