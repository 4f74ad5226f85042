"""What an operator may set: one frozen dataclass, a sentence per field.

Read once at the start from flags and environment (a flag wins); everything else gets the parts it
needs by constructor. `SettingsError` names the one setting that is wrong and why.
"""

from __future__ import annotations

import argparse
import ipaddress
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting is wrong; the message is one line that says which and why."""


def _setting(default: object, variable: str, sentence: str, parse: Callable[[str], object]) -> Any:
    """Return a dataclass field that knows its environment variable, its sentence and its parser."""
    return field(
        default=default, metadata={"variable": variable, "sentence": sentence, "parse": parse}
    )


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _port(value: str) -> int:
    number = int(value) if value.isascii() and value.isdigit() else -1
    if not 0 <= number <= 65535:
        raise ValueError("must be a port from 0 to 65535 (0: any free one)")
    return number


def _positive_seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 86_400:
        raise ValueError("must be a number of seconds, more than 0 and at most 86400")
    return seconds


def _positive_number(value: str) -> int:
    number = int(value) if value.isascii() and value.isdigit() else 0
    if not 1 <= number <= 1_000_000:
        raise ValueError("must be a whole number from 1 to 1000000")
    return number


def _addresses(value: str) -> tuple[str, ...]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return tuple(str(ipaddress.ip_address(part)) for part in parts)
    except ValueError as error:
        raise ValueError("must be IP addresses with commas between") from error


def _networks(value: str) -> tuple[str, ...]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return tuple(str(ipaddress.ip_network(part)) for part in parts)
    except ValueError as error:
        raise ValueError("must be IP networks with commas between") from error


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if urlsplit(value.strip()).scheme not in schemes:
            raise ValueError(f"must be an address that starts with {' or '.join(schemes)}")
        return value.strip().rstrip("/")

    return parse


def _mail_server(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("must be an address such as smtp://host:587 or smtps://host:465")
    return value.strip()


def _mail_address(value: str) -> str:
    _, address = parseaddr(value)
    if "@" not in address or "\n" in value or "\r" in value:
        raise ValueError("must be an e-mail address, with a name before it if you like")
    return value.strip()


def _turn_urls(value: str) -> tuple[str, ...]:
    urls = tuple(part.strip() for part in value.split(",") if part.strip())
    for url in urls:
        if not url.startswith(("stun:", "turn:", "turns:")):
            raise ValueError("must be stun:, turn: or turns: addresses with commas between")
    return urls


def _secret(value: str) -> str:
    if len(value) < 16:
        raise ValueError("must have at least 16 characters")
    return value


def _yes_or_no(value: str) -> bool:
    word = value.strip().lower()
    if word not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return word == "yes"


def _existing_file(value: str) -> Path:
    path = Path(value)
    if not path.is_file():
        raise ValueError(f"no file at {value}")
    return path


def _log_level(value: str) -> str:
    level = value.strip().lower()
    if level not in ("debug", "info", "warning", "error"):
        raise ValueError("must be debug, info, warning or error")
    return level


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one node. Field order is the order in the README."""

    host: str = _setting(
        "0.0.0.0",
        "VIBECAST_HOST",
        "The address that HTTP listens on.",
        _text,
    )
    port: int = _setting(8080, "VIBECAST_PORT", "The TCP port of HTTP.", _port)
    public_url: str | None = _setting(
        None,
        "VIBECAST_PUBLIC_URL",
        "The address that people use, such as https://live.example; by default the request's own.",
        _url("http", "https"),
    )
    media_port: int = _setting(
        8443, "VIBECAST_MEDIA_PORT", "The one UDP port of all audio and video.", _port
    )
    media_addresses: tuple[str, ...] = _setting(
        (),
        "VIBECAST_MEDIA_ADDRESSES",
        "The IP addresses put into SDP, with commas between; by default the host's own.",
        _addresses,
    )
    data_dir: Path = _setting(
        Path("data"),
        "VIBECAST_DATA_DIR",
        "The folder of the embedded database, of stored files and of the node's lock.",
        lambda value: Path(_text(value)),
    )
    database_url: str | None = _setting(
        None,
        "DATABASE_URL",
        "A PostgreSQL to use instead of the embedded one.",
        _url("postgresql", "postgres"),
    )
    redis_url: str | None = _setting(
        None,
        "REDIS_URL",
        "A Redis that joins several nodes into one; without it a node stands alone.",
        _url("redis", "rediss", "unix"),
    )
    object_store_url: str | None = _setting(
        None,
        "VIBECAST_OBJECT_STORE_URL",
        "An S3 bucket for pictures and videos (s3://bucket/prefix?endpoint=...&region=...); by "
        "default files in the data folder.",
        _url("s3"),
    )
    video_limit_mb: int = _setting(
        2_000,
        "VIBECAST_VIDEO_LIMIT_MB",
        "How many megabytes one uploaded video may have.",
        _positive_number,
    )
    video_quota_mb: int = _setting(
        20_000,
        "VIBECAST_VIDEO_QUOTA_MB",
        "How many megabytes of videos one person may store.",
        _positive_number,
    )
    tls_certificate: Path | None = _setting(
        None, "VIBECAST_TLS_CERTIFICATE", "A PEM file; HTTP becomes HTTPS.", _existing_file
    )
    tls_key: Path | None = _setting(
        None, "VIBECAST_TLS_KEY", "The PEM file of the certificate's key.", _existing_file
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (),
        "VIBECAST_TRUSTED_PROXIES",
        "The networks whose X-Forwarded-For and X-Forwarded-Proto are believed.",
        _networks,
    )
    publisher_grace_s: float = _setting(
        30.0,
        "VIBECAST_PUBLISHER_GRACE_S",
        "How long a stream waits for a publisher who has gone before it ends.",
        _positive_seconds,
    )
    sign_ups_per_half_hour: int = _setting(
        20,
        "VIBECAST_SIGN_UPS_PER_HALF_HOUR",
        "How many accounts may be made from one address in half an hour.",
        _positive_number,
    )
    turn_urls: tuple[str, ...] = _setting(
        (),
        "VIBECAST_TURN_URLS",
        "STUN and TURN servers that players are told of, with commas between.",
        _turn_urls,
    )
    turn_secret: str | None = _setting(
        None,
        "VIBECAST_TURN_SECRET",
        "The static-auth-secret shared with coturn, for credentials that expire.",
        _secret,
    )
    webrtc_strict: bool = _setting(
        False,
        "VIBECAST_WEBRTC_STRICT",
        "Whether WHIP and WHEP clients are held to the letter of RFC 9725; few are ready for it.",
        _yes_or_no,
    )
    smtp_url: str | None = _setting(
        None,
        "VIBECAST_SMTP_URL",
        "The mail server: smtp://user:password@host:587 (STARTTLS) or smtps://host:465.",
        _mail_server,
    )
    mail_from: str | None = _setting(
        None, "VIBECAST_MAIL_FROM", "The address that mail is sent from.", _mail_address
    )
    log_level: str = _setting(
        "info", "VIBECAST_LOG_LEVEL", "What is logged: debug, info, warning or error.", _log_level
    )

    def __post_init__(self) -> None:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise SettingsError(
                "VIBECAST_TLS_CERTIFICATE and VIBECAST_TLS_KEY go together: only one is set"
            )
        if any(url.startswith("turn") for url in self.turn_urls) and self.turn_secret is None:
            raise SettingsError("VIBECAST_TURN_URLS names a TURN server: set VIBECAST_TURN_SECRET")
        if (self.smtp_url is None) != (self.mail_from is None):
            raise SettingsError("VIBECAST_SMTP_URL and VIBECAST_MAIL_FROM go together")
        if self.smtp_url is not None and self.public_url is None:
            # A link must not lead to wherever a request's Host header says.
            raise SettingsError("VIBECAST_SMTP_URL sends links: set VIBECAST_PUBLIC_URL")


def read_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Return the settings, from `--flags` before environment variables before defaults.

    Raises SettingsError for the first value that cannot be used. `--help` prints and exits.
    """
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="Run one Vibecast node.",
        epilog="`run.py admin USER` makes that account an admin instead.",
    )
    for each in fields(Settings):
        variable = each.metadata["variable"]
        parser.add_argument(
            "--" + each.name.replace("_", "-"),
            dest=each.name,
            metavar="VALUE",
            help=f"{each.metadata['sentence']} ({variable}; default: {_shown(each.default)})",
        )
    flags = vars(parser.parse_args(arguments))
    values: dict[str, Any] = {}
    for each in fields(Settings):
        variable = each.metadata["variable"]
        flag = flags[each.name]
        given = flag if flag is not None else environment.get(variable)
        # An empty variable is how docker-compose says "not set".
        if given is None or (flag is None and given == ""):
            continue
        name = variable if flag is None else "--" + each.name.replace("_", "-")
        try:
            values[each.name] = each.metadata["parse"](given)
        except ValueError as error:
            # The value itself stays out: it may be a password in an address.
            raise SettingsError(f"{name} {error}") from error
    return Settings(**values)


def _shown(default: object) -> str:
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        return "yes" if default else "no"
    return str(default)


def settings_table() -> str:
    """Return all settings as the README's table."""
    rows = ["| variable | flag | default | what it is |", "|---|---|---|---|"]
    for each in fields(Settings):
        flag = "--" + each.name.replace("_", "-")
        rows.append(
            f"| `{each.metadata['variable']}` | `{flag}` | {_shown(each.default)} "
            f"| {each.metadata['sentence']} |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(settings_table() + "\n")
