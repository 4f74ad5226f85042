"""Which passwords an account may have."""

from __future__ import annotations

import pytest

from errors import Unprocessable
from server.passwords import check_password


@pytest.mark.parametrize(
    "password",
    ["correct horse", "x" * 7 + "yz", "日本語のパスワード", "  spaces  ", "a" + "é" * 126 + "z"],
)
def test_long_and_rare_is_enough(password: str) -> None:
    check_password(password, username="ann", email="a@mail.example")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("seven77", "at least 8"),
        ("x1" * 65, "at most 128"),
        ("password1", "tried first"),
        ("PASSWORD1", "tried first"),
        ("iloveyou2", "tried first"),
        ("aaaaaaaaaaaa", "tried first"),
        ("Annabel was here", "user name"),
        ("ann.b@mail.example", "e-mail address"),
        ("my vibecast login", "site's name"),
    ],
)
def test_what_others_would_guess_is_refused(password: str, reason: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        check_password(password, username="annabel", email="ann.b@mail.example")
    (error,) = refusal.value.errors
    assert error.pointer == "/password" and reason in error.detail
