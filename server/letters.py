"""What the letters say. Their links carry the token behind the #, which browsers send nowhere: not
to this server's log, not as Referer. The page behind the link posts it.
"""

from __future__ import annotations

from server.mail import Letter

SITE = "Vibecast"


def verification(site_url: str, *, user_id: int, address: str, token: str) -> Letter:
    """Return the letter that proves an address."""
    return Letter(
        user_id,
        address,
        f"Confirm your e-mail address for {SITE}",
        "Confirm that this is your e-mail address:\n\n"
        f"{site_url}/verify-email#token={token}\n\n"
        "The link works for 24 hours. If you did not ask for it, do nothing.\n",
    )


def password_reset(site_url: str, *, user_id: int, address: str, token: str) -> Letter:
    """Return the letter with which somebody sets a new password."""
    return Letter(
        user_id,
        address,
        f"Set a new password for {SITE}",
        "Set a new password:\n\n"
        f"{site_url}/reset-password#token={token}\n\n"
        "The link works once, for 30 minutes. If you did not ask for it, do nothing: your password "
        "stays as it is.\n",
    )


def password_changed(site_url: str, *, user_id: int, address: str) -> Letter:
    """Return the letter that tells an owner, in case it was somebody else."""
    return Letter(
        user_id,
        address,
        f"Your {SITE} password was changed",
        "The password of your account was changed, and every other session was signed out.\n\n"
        f"If that was not you, set a new one at once: {site_url}/reset-password\n",
    )


def address_changed(site_url: str, *, user_id: int, address: str) -> Letter:
    """Return the letter to the address that is not the account's any more."""
    return Letter(
        user_id,
        address,
        f"Your {SITE} e-mail address was changed",
        "Your account has a new e-mail address; this one is not used any more.\n\n"
        f"If that was not you, ask who runs {site_url} for help.\n",
    )
