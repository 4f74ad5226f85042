"""The sentences of the letters, each a subject and a text, in the languages that the app has."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["verification", "password_reset", "password_changed", "address_changed"]

LETTERS: dict[str, dict[Kind, tuple[str, str]]] = {
    "en": {
        "verification": (
            "Confirm your e-mail address for {site}",
            (
                "Confirm that this is your e-mail address:\n\n{link}\n\n"
                "The link works for 24 hours. If you did not ask for it, do nothing.\n"
            ),
        ),
        "password_reset": (
            "Set a new password for {site}",
            (
                "Set a new password:\n\n{link}\n\n"
                "The link works once, for 30 minutes. If you did not ask for it, do nothing: your "
                "password stays as it is.\n"
            ),
        ),
        "password_changed": (
            "Your {site} password was changed",
            (
                "The password of your account was changed, and every other session was signed "
                "out.\n\n"
                "If that was not you, set a new one at once: {link}\n"
            ),
        ),
        "address_changed": (
            "Your {site} e-mail address was changed",
            (
                "Your account has a new e-mail address; this one is not used any more.\n\n"
                "If that was not you, ask who runs {link} for help.\n"
            ),
        ),
    },
    "de": {
        "verification": (
            "Bestätige deine E-Mail-Adresse für {site}",
            (
                "Bestätige, dass das deine E-Mail-Adresse ist:\n\n{link}\n\n"
                "Der Link gilt 24 Stunden. Wenn du ihn nicht angefordert hast, tu einfach nichts.\n"
            ),
        ),
        "password_reset": (
            "Neues Passwort für {site}",
            (
                "Hier setzt du ein neues Passwort:\n\n{link}\n\n"
                "Der Link gilt einmal, 30 Minuten lang. Wenn du ihn nicht angefordert hast, tu "
                "einfach nichts: Dein Passwort bleibt, wie es ist.\n"
            ),
        ),
        "password_changed": (
            "Dein Passwort für {site} wurde geändert",
            (
                "Das Passwort deines Kontos wurde geändert, alle anderen Sitzungen wurden "
                "beendet.\n\n"
                "Wenn du das nicht warst, setz sofort ein neues: {link}\n"
            ),
        ),
        "address_changed": (
            "Deine E-Mail-Adresse bei {site} wurde geändert",
            (
                "Dein Konto hat eine neue E-Mail-Adresse; diese wird nicht mehr verwendet.\n\n"
                "Wenn du das nicht warst, bitte den Betreiber von {link} um Hilfe.\n"
            ),
        ),
    },
}
