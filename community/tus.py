"""The words of tus 1.0, the protocol of uploads that are resumed: what its headers may say.
Knows nothing of where bytes go.

Of the protocol's extensions: creation, expiration, checksum, termination (https://tus.io/protocols).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from errors import BadRequest, ChecksumMismatch, TooLarge, WrongTusVersion

VERSION = "1.0.0"
EXTENSIONS = ("creation", "expiration", "checksum", "termination")
# The protocol asks for SHA-1, which is enough against lines and not against people.
CHECKSUMS = ("sha1", "sha256")
PATCH_TYPE = "application/offset+octet-stream"
METADATA_CHARS = 2_048

_NUMBER = re.compile(r"[0-9]{1,18}")
_METADATA_KEY = re.compile(r"[!-+\--~]{1,64}")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must come to."""

    algorithm: str
    digest: bytes

    def check(self, computed: bytes) -> None:
        """Raise ChecksumMismatch for other bytes."""
        if not hmac.compare_digest(self.digest, computed):
            raise ChecksumMismatch()


def check_version(headers: Mapping[str, str]) -> None:
    """Raise WrongTusVersion for a client of another version, or one that does not say."""
    if headers.get("Tus-Resumable") != VERSION:
        raise WrongTusVersion()


def upload_length(headers: Mapping[str, str], *, limit_bytes: int) -> int:
    """Return how long the file to be uploaded is. Raises BadRequest, TooLarge."""
    if "Upload-Defer-Length" in headers:
        raise BadRequest("say how long the upload is: Upload-Defer-Length is not taken")
    length = _number(headers, "Upload-Length")
    if length == 0:
        raise BadRequest("an upload has one byte at least")
    if length > limit_bytes:
        raise TooLarge(f"an upload has {limit_bytes} bytes at most")
    return length


def upload_offset(headers: Mapping[str, str]) -> int:
    """Return where the bytes of a request begin. Raises BadRequest."""
    return _number(headers, "Upload-Offset")


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if _NUMBER.fullmatch(text) is None:
        raise BadRequest(f"{name} must be a number")
    return int(text)


def parse_metadata(text: str) -> dict[str, str]:
    """Return what the client says of the file: pairs of a key and a value in base64, with commas
    between. Raises BadRequest."""
    if len(text) > METADATA_CHARS or not text.isascii():
        raise BadRequest(f"Upload-Metadata has {METADATA_CHARS} ASCII characters at most")
    metadata: dict[str, str] = {}
    for pair in text.split(",") if text.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if _METADATA_KEY.fullmatch(key) is None or key in metadata:
            raise BadRequest("the keys of Upload-Metadata must be words, each of them once")
        try:
            metadata[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadRequest("the values of Upload-Metadata must be UTF-8 in base64") from error
    return metadata


def parse_checksum(text: str) -> Checksum:
    """Return what Upload-Checksum says: an algorithm and a digest in base64. Raises BadRequest."""
    algorithm, _, value = text.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadRequest(f"Upload-Checksum takes {' and '.join(CHECKSUMS)}")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("the digest of Upload-Checksum must be base64") from error
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise BadRequest("the digest of Upload-Checksum has another length")
    return Checksum(algorithm, digest)
