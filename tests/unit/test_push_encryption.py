"""Messages that one browser can read, by the RFC's own example and by another implementation."""

from __future__ import annotations

import base64
import json
import os

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from community.push_encryption import MESSAGE_LIMIT_BYTES, Voucher, encrypted, is_point
from tests.push_receiver import Browser, unpadded


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpadded(text), "big"), ec.SECP256R1())


def test_example_of_rfc_8291_comes_out_byte_for_byte() -> None:
    body = encrypted(
        b"When I grow up, I want to be a watermelon",
        p256dh=unpadded(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=unpadded("BTBZMqHH6r4Tts7J_aSIgg"),
        private=private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=unpadded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert body == unpadded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
        "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
        "gSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize("size", [0, 1, 100, MESSAGE_LIMIT_BYTES])
def test_other_implementation_reads_what_is_sent(size: int) -> None:
    browser, message = Browser(), os.urandom(size)
    body = encrypted(message, p256dh=browser.p256dh, auth=browser.auth)
    assert len(body) <= 4096 and browser.read(body) == message


def test_nobody_else_reads_it_and_nobody_changes_it() -> None:
    browser = Browser()
    body = encrypted(b"hello", p256dh=browser.p256dh, auth=browser.auth)
    with pytest.raises(http_ece.ECEException):
        Browser().read(body)
    with pytest.raises(http_ece.ECEException):
        browser.read(body[:-1] + bytes([body[-1] ^ 1]))


def test_two_messages_of_the_same_words_are_not_alike() -> None:
    browser = Browser()
    first, second = (
        encrypted(b"hello", p256dh=browser.p256dh, auth=browser.auth) for _ in range(2)
    )
    assert first[:16] != second[:16] and first[21:86] != second[21:86]


@pytest.mark.parametrize("point", [b"", b"\x04" + bytes(64), bytes(65), b"\x02" + bytes(32)])
def test_what_is_no_point_of_the_curve_is_told(point: bytes) -> None:
    assert not is_point(point)


def test_voucher_is_signed_for_one_push_service_and_half_a_day() -> None:
    voucher = Voucher(bytes(range(32)), contact="https://live.example")
    header = voucher.header("https://push.example", now=1_000.0)
    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == voucher.public_key
    head, claims, signature = token.split(".")
    assert json.loads(unpadded(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(unpadded(claims)) == {
        "aud": "https://push.example",
        "exp": 1_000 + 12 * 3600,
        "sub": "https://live.example",
    }
    raw = unpadded(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(key))
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))


def test_key_is_the_same_on_every_node_of_a_site() -> None:
    one, other = (Voucher(b"k" * 32, contact="https://a.example") for _ in range(2))
    assert one.public_key == other.public_key
    assert len(base64.urlsafe_b64decode(one.public_key + "=")) == 65
