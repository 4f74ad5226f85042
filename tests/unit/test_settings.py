"""Settings: read once, refused in one line, documented, and all of them used."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from server.settings import Settings, SettingsError, read_settings, settings_table

ROOT = Path(__file__).parents[2]


def test_nothing_given_is_the_defaults() -> None:
    assert read_settings([], {}) == Settings()


def test_flag_wins_over_the_environment() -> None:
    settings = read_settings(["--port", "1"], {"VIBECAST_PORT": "2", "VIBECAST_MEDIA_PORT": "3"})
    assert (settings.port, settings.media_port) == (1, 3)


def test_empty_variable_is_one_that_is_not_set() -> None:
    assert read_settings([], {"REDIS_URL": ""}).redis_url is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VIBECAST_PORT", "-1"),
        ("VIBECAST_PORT", "65536"),
        ("VIBECAST_PORT", "٣"),
        ("VIBECAST_HOST", " "),
        ("VIBECAST_PUBLIC_URL", "ftp://x"),
        ("VIBECAST_MEDIA_ADDRESSES", "1.2.3"),
        ("VIBECAST_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("VIBECAST_PUBLISHER_GRACE_S", "nan"),
        ("VIBECAST_PUBLISHER_GRACE_S", "0"),
        ("VIBECAST_SIGN_UPS_PER_HALF_HOUR", "0"),
        ("VIBECAST_TURN_URLS", "http://x"),
        ("VIBECAST_TURN_SECRET", "short"),
        ("VIBECAST_WEBRTC_STRICT", "1"),
        ("VIBECAST_LOG_LEVEL", "loud"),
        ("DATABASE_URL", "postgres"),
        ("VIBECAST_OBJECT_STORE_URL", "https://bucket"),
        ("VIBECAST_SMTP_URL", "mail.example"),
        ("VIBECAST_SMTP_URL", "smtp://"),
        ("VIBECAST_MAIL_FROM", "nobody"),
    ],
)
def test_wrong_value_is_named_without_being_repeated(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} ") as refusal:
        read_settings([], {variable: value})
    assert "\n" not in str(refusal.value)


def test_password_in_a_wrong_address_stays_out_of_the_message() -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings([], {"DATABASE_URL": "mysql://ann:secret@db/x"})
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "given",
    [
        {"VIBECAST_TLS_KEY": __file__},
        {"VIBECAST_TURN_URLS": "turn:turn.example:3478"},
        {"VIBECAST_SMTP_URL": "smtp://mail.example"},
        {"VIBECAST_SMTP_URL": "smtp://mail.example", "VIBECAST_MAIL_FROM": "a@mail.example"},
    ],
)
def test_settings_that_need_each_other_are_refused_alone(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        read_settings([], given)


def test_readme_documents_every_setting_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert settings_table() in readme, "python -m server.settings prints the table for the README"


def test_every_setting_is_read_somewhere() -> None:
    modules = (ROOT / "run.py", *(ROOT / "node").glob("*.py"), *(ROOT / "server").glob("*.py"))
    sources = "".join(path.read_text(encoding="utf-8") for path in modules)
    unread = [
        each.name
        for each in fields(Settings)
        if not re.search(rf"settings\.{each.name}\b", sources)
    ]
    assert unread == []
