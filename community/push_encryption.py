"""Messages that only one browser can read (RFC 8291), and who vouches for them (RFC 8292).

Rules only: what goes in is what a browser gave of itself, what comes out are bytes and a header.
"""

from __future__ import annotations

import base64
import json
import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# One record holds the whole message. Push services take 4,096 bytes (RFC 8030, section 7.2), of
# which 86 are the header, 16 the tag and one the delimiter.
RECORD_BYTES = 4096
MESSAGE_LIMIT_BYTES = RECORD_BYTES - 86 - 16 - 1
POINT_BYTES = 65
AUTH_BYTES = 16
SALT_BYTES = 16
# A day at most (RFC 8292, section 2); half of it leaves room for clocks that differ.
VOUCHED_FOR_S = 12 * 3600
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LAST_RECORD = b"\x02"


def is_point(public: bytes) -> bool:
    """Tell whether `public` is an uncompressed point of the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    except ValueError:
        return False
    return len(public) == POINT_BYTES


def encrypted(
    message: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    private: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return `message` as the body of a push, `Content-Encoding: aes128gcm`.

    The key pair and the salt are new for each message; only a test gives them.
    """
    assert len(message) <= MESSAGE_LIMIT_BYTES, "the caller keeps messages short"
    private = private or ec.generate_private_key(_CURVE)
    salt = salt or os.urandom(SALT_BYTES)
    own = _point(private.public_key())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, p256dh)
    secret = private.exchange(ec.ECDH(), theirs)
    key_material = _derived(auth, b"WebPush: info\0" + p256dh + own, 32, secret)
    key = _derived(salt, b"Content-Encoding: aes128gcm\0", 16, key_material)
    nonce = _derived(salt, b"Content-Encoding: nonce\0", 12, key_material)
    header = salt + struct.pack("!IB", RECORD_BYTES, len(own)) + own
    return header + AESGCM(key).encrypt(nonce, message + _LAST_RECORD, None)


class Voucher:
    """Says to push services which site a message comes from."""

    def __init__(self, secret: bytes, *, contact: str) -> None:
        """`secret` are 32 random bytes; `contact` an https or mailto address of the site."""
        scalar = int.from_bytes(secret, "big") % (_ORDER - 1) + 1
        self._private = ec.derive_private_key(scalar, _CURVE)
        self._contact = contact
        self.public_key = _base64(_point(self._private.public_key()))
        """What browsers subscribe with: messages of others are refused then."""

    def header(self, origin: str, *, now: float) -> str:
        """Return the Authorization of a message to a push service at `origin`."""
        claims = {"aud": origin, "exp": int(now) + VOUCHED_FOR_S, "sub": self._contact}
        signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        r, s = decode_dss_signature(self._private.sign(signed.encode(), ec.ECDSA(SHA256())))
        signature = _base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return f"vapid t={signed}.{signature}, k={self.public_key}"


def _derived(salt: bytes, info: bytes, length: int, secret: bytes) -> bytes:
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _json(value: dict[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
