"""Sealed secrets: readable with the site's key for their owner, and in no other way."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from server.sealing import Sealing


def test_what_was_sealed_is_opened_for_its_owner() -> None:
    sealing = Sealing(b"k" * 32)
    sealed = sealing.seal(b"secret", owner_id=7)
    assert b"secret" not in sealed
    assert sealing.open(sealed, owner_id=7) == b"secret"
    assert sealing.seal(b"secret", owner_id=7) != sealed


def test_nothing_else_opens_it() -> None:
    sealing = Sealing(b"k" * 32)
    sealed = sealing.seal(b"secret", owner_id=7)
    for other, changed, owner_id in (
        (Sealing(b"x" * 32), sealed, 7),
        (sealing, sealed, 8),
        (sealing, sealed[:-1] + bytes([sealed[-1] ^ 1]), 7),
    ):
        with pytest.raises(InvalidTag):
            other.open(changed, owner_id=owner_id)
