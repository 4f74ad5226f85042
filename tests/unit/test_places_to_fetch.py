"""What is fetched and what is not, before anything is sent."""

from __future__ import annotations

import pytest
from yarl import URL

from community.fetching import FetchFailed, check_url, is_global


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:169.254.169.254",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:0:53aa:64c:0:0:80ff:fffe",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "localhost",
        "127.1",
        "0177.0.0.1",
        "2130706433",
    ],
)
def test_what_is_not_the_open_internet(address: str) -> None:
    assert not is_global(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450::1"])
def test_what_is_the_open_internet(address: str) -> None:
    assert is_global(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org:80/",
        "//example.org/",
        "/relative",
        "http://",
        "http://user@example.org/",
        "http://user:password@example.org/",
        "http://example.org:22/",
        "http://example.org:8080/",
        "https://example.org:0/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1:80/",
        "http://example.org/" + "x" * 2048,
    ],
)
def test_address_that_is_not_fetched(url: str) -> None:
    with pytest.raises(FetchFailed):
        check_url(URL(url))


@pytest.mark.parametrize(
    "url", ["http://example.org/feed", "https://example.org:443/", "https://example.org:80/x"]
)
def test_address_that_is_fetched(url: str) -> None:
    check_url(URL(url))


def test_place_that_is_allowed_is_just_that_place() -> None:
    allowed = [("127.0.0.1", 8123)]
    check_url(URL("http://127.0.0.1:8123/"), also_allow=allowed)
    for url in ("http://127.0.0.1/", "http://127.0.0.2:8123/", "http://10.0.0.1:8123/"):
        with pytest.raises(FetchFailed):
            check_url(URL(url), also_allow=allowed)
