"""What a password must be: long enough and not one that everybody tries first. Nothing about
digits and capitals, which make passwords worse, and nothing is cut off.
"""

from __future__ import annotations

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from errors import FieldError, Unprocessable

MIN_CHARS = 8
MAX_CHARS = 128
SITE_NAME = "vibecast"

# Found most often in leaks; the shorter ones are refused for their length.
_COMMON = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_CHARS)


def check_password(password: str, *, username: str, email: str) -> None:
    """Raise Unprocessable when `password` is none this account may have."""
    reason = _fault(password, username=username, email=email)
    if reason is not None:
        raise Unprocessable(
            "the password cannot be used", errors=(FieldError("/password", reason),)
        )


def _fault(password: str, *, username: str, email: str) -> str | None:
    folded = password.casefold()
    if len(password) < MIN_CHARS:
        return f"must have at least {MIN_CHARS} characters"
    if len(password) > MAX_CHARS:
        return f"must have at most {MAX_CHARS} characters"
    if folded in _COMMON or len(set(folded)) < 3:
        return "is one of the passwords that are tried first"
    if username.casefold() in folded:
        return "must not hold the user name"
    if folded == email.casefold() or SITE_NAME in folded:
        return "must not be the e-mail address or hold this site's name"
    return None
