"""Reading session descriptions: a small strict reader of what WHIP and WHEP clients offer.

Knows the grammar, not what we do with it: choosing codecs and writing answers is in
`negotiation.py`. Whatever the text is, the only error that leaves this module is InvalidSdp.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from errors import InvalidSdp

# Chromium's largest offers have about 300 lines; more than this is somebody trying something.
LINES_LIMIT = 2000
SECTIONS_LIMIT = 16

_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_SETUPS = ("actpass", "active", "passive")
_ICE_CHARS = re.compile(r"[A-Za-z0-9+/=_-]+")  # RFC 8839 has only + and /; some clients are freer
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}")
# RFC 8852 allows longer ones, but a one-byte header extension carries 16.
_RID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_HEX_PAIR = re.compile(r"[0-9A-F]{2}")
_HASH_LENGTHS = {"sha-256": 32, "sha-384": 48, "sha-512": 64}


@dataclass(frozen=True, slots=True)
class Codec:
    """One payload type of an offer."""

    payload_type: int
    name: str
    """Upper case, as in H264, OPUS, RTX."""
    clock_rate: int
    channels: int
    parameters: Mapping[str, str]
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The hash of the certificate that the other side will show in DTLS."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """One m-section: a track that the client would send, receive or both."""

    kind: str
    mid: str
    port: int
    protocol: str
    direction: str
    codecs: tuple[Codec, ...]
    extensions: Mapping[str, int]
    stream_ids: frozenset[str]
    rtcp_mux: bool
    rtcp_rsize: bool
    encodings: tuple[str, ...] = ()
    """The rids of the simulcast that it would send (RFC 8853), in the offer's order."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A whole offer; ICE and DTLS are those of the bundle, so they stand here once."""

    sections: tuple[Section, ...]
    ice_ufrag: str
    ice_pwd: str
    fingerprints: tuple[Fingerprint, ...]
    setup: str
    bundle: tuple[str, ...] = ()
    """The mids that share one transport (RFC 9143)."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A trickle-ice-sdpfrag (RFC 8840). Candidates are counted only: we never need them, an
    ICE-lite server answers to wherever authenticated checks come from."""

    ice_ufrag: str | None
    ice_pwd: str | None
    candidates: int


@dataclass(slots=True)
class _Lines:
    """The attributes of the session part or of one m-section, as they stand."""

    media: str | None = None
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)

    def every(self, name: str) -> Iterable[str]:
        return (value for key, value in self.attributes if key == name)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.attributes)


def read_offer(text: str) -> Offer:
    """Return the offer in `text`; raises InvalidSdp for anything that is not one."""
    session, *parts = _split(text, start="v=0")
    if not parts:
        raise InvalidSdp("The session description has no media section.")
    if len(parts) > SECTIONS_LIMIT:
        raise InvalidSdp("The session description has too many media sections.")
    sections = tuple(_read_section(part, index, session) for index, part in enumerate(parts))
    mids = [section.mid for section in sections]
    if len(set(mids)) != len(mids):
        raise InvalidSdp("Two media sections have the same mid.")
    transport = parts[0]
    ufrag = _ice_value(_inherited("ice-ufrag", transport, session), "ice-ufrag", 4)
    pwd = _ice_value(_inherited("ice-pwd", transport, session), "ice-pwd", 22)
    setup = _inherited("setup", transport, session) or "actpass"
    if setup not in _SETUPS:
        raise InvalidSdp("The setup attribute is not actpass, active or passive.")
    fingerprints = tuple(
        _read_fingerprint(value)
        for value in (*transport.every("fingerprint"), *session.every("fingerprint"))
    )
    known = tuple(each for each in fingerprints if each.algorithm in _HASH_LENGTHS)
    if not known:
        raise InvalidSdp("The session description has no SHA-256, SHA-384 or SHA-512 fingerprint.")
    return Offer(sections, ufrag, pwd, known, setup, _read_bundle(session))


def _read_bundle(session: _Lines) -> tuple[str, ...]:
    groups = (value.split() for value in session.every("group"))
    return next((tuple(words[1:]) for words in groups if words[:1] == ["BUNDLE"]), ())


def read_fragment(text: str) -> Fragment:
    """Return the ICE fragment in `text`, read leniently as clients differ; raises InvalidSdp."""
    parts = _split(text, start=None)
    ufrag = next((v for part in parts if (v := part.first("ice-ufrag")) is not None), None)
    pwd = next((v for part in parts if (v := part.first("ice-pwd")) is not None), None)
    candidates = sum(1 for part in parts for _ in part.every("candidate"))
    ends = any(part.has("end-of-candidates") for part in parts)
    if ufrag is not None:
        ufrag = _ice_value(ufrag, "ice-ufrag", 4)
    if pwd is not None:
        pwd = _ice_value(pwd, "ice-pwd", 22)
    if ufrag is None and not candidates and not ends:
        raise InvalidSdp("The fragment has neither ICE credentials nor candidates.")
    return Fragment(ufrag, pwd, candidates)


def _split(text: str, *, start: str | None) -> list[_Lines]:
    """Return the session part and then each m-section."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if start is not None and (not lines or lines[0].strip() != start):
        raise InvalidSdp("The body is not a session description: it does not start with v=0.")
    if len(lines) > LINES_LIMIT:
        raise InvalidSdp("The session description has too many lines.")
    parts = [_Lines()]
    for line in lines:
        if any(character < " " and character != "\t" for character in line.rstrip("\r")):
            # Parts of an offer come back in the answer: nobody may write lines of it.
            raise InvalidSdp("The session description has control characters.")
        if len(line) < 2 or line[1] != "=" or not line[0].isascii() or not line[0].islower():
            raise InvalidSdp("A line of the session description is not `letter=value`.")
        letter, value = line[0], line[2:].strip()
        if letter == "m":
            parts.append(_Lines(media=value))
        elif letter == "a":
            name, _, rest = value.partition(":")
            parts[-1].attributes.append((name, rest.strip()))
    return parts


def _inherited(name: str, part: _Lines, session: _Lines) -> str | None:
    value = part.first(name)
    return value if value is not None else session.first(name)


def _ice_value(value: str | None, name: str, shortest: int) -> str:
    if value is None:
        raise InvalidSdp(f"The session description has no {name}.")
    if not shortest <= len(value) <= 256 or not _ICE_CHARS.fullmatch(value):
        raise InvalidSdp(f"The {name} is not one that ICE allows.")
    return value


def _read_fingerprint(value: str) -> Fingerprint:
    algorithm, _, digest = value.partition(" ")
    algorithm, digest = algorithm.lower(), digest.strip().upper()
    expected = _HASH_LENGTHS.get(algorithm)
    pairs = digest.split(":")
    if expected is not None and not (
        len(pairs) == expected and all(_HEX_PAIR.fullmatch(pair) for pair in pairs)
    ):
        raise InvalidSdp("A fingerprint is not a hash of its algorithm.")
    return Fingerprint(algorithm, digest)


def _read_section(part: _Lines, index: int, session: _Lines) -> Section:
    words = (part.media or "").split()
    if len(words) < 4:
        raise InvalidSdp("An m= line is too short.")
    kind, port, protocol, formats = words[0], words[1], words[2], words[3:]
    mid = part.first("mid")
    mid = str(index) if mid is None else mid
    if not _TOKEN.fullmatch(mid):
        raise InvalidSdp("A mid is not a token.")
    direction = next(
        (name for name, _ in part.attributes if name in _DIRECTIONS),
        next((name for name, _ in session.attributes if name in _DIRECTIONS), "sendrecv"),
    )
    return Section(
        kind=kind,
        mid=mid,
        port=_number(port.partition("/")[0], 65535),
        protocol=protocol,
        direction=direction,
        codecs=_read_codecs(part, formats) if kind in ("audio", "video") else (),
        extensions=_read_extensions(part, session),
        stream_ids=frozenset(v.split()[0] for v in part.every("msid") if v.split()),
        rtcp_mux=part.has("rtcp-mux") or part.has("rtcp-mux-only"),
        rtcp_rsize=part.has("rtcp-rsize"),
        encodings=_read_encodings(part),
    )


def _read_encodings(part: _Lines) -> tuple[str, ...]:
    """Return the rids in `a=simulcast:send q;h;f`; of alternatives (`q,r`) the first."""
    value = part.first("simulcast") or ""
    words = value.split()
    sent = next((words[i + 1] for i in range(len(words) - 1) if words[i] == "send"), None)
    if sent is None:
        return ()
    declared = {v.split()[0] for v in part.every("rid") if v.split()[1:2] == ["send"]}
    names = [each.split(",")[0].removeprefix("~") for each in sent.split(";")]
    if not all(_RID.fullmatch(name) for name in names) or len(set(names)) != len(names):
        raise InvalidSdp("The simulcast attribute does not name each rid once.")
    return tuple(name for name in names if name in declared)


def _read_codecs(part: _Lines, formats: list[str]) -> tuple[Codec, ...]:
    maps: dict[int, tuple[str, int, int]] = {}
    for value in part.every("rtpmap"):
        number, _, encoding = value.partition(" ")
        name, *rest = encoding.strip().split("/")
        if not rest or len(rest) > 2 or not _TOKEN.fullmatch(name):
            raise InvalidSdp("An rtpmap is not `payload name/clock-rate`.")
        channels = _number(rest[1], 255) if len(rest) == 2 else 1
        maps[_number(number, 127)] = (name.upper(), _number(rest[0], 1_000_000), channels)
    parameters: dict[int, dict[str, str]] = {}
    for value in part.every("fmtp"):
        number, _, rest_of_line = value.partition(" ")
        parameters.setdefault(_number(number, 127), {}).update(_read_parameters(rest_of_line))
    feedback: dict[int, list[str]] = {}
    for_all: list[str] = []
    for value in part.every("rtcp-fb"):
        number, _, what = value.partition(" ")
        target = for_all if number == "*" else feedback.setdefault(_number(number, 127), [])
        target.append(what.strip())
    codecs = []
    for payload_type in dict.fromkeys(_number(each, 127) for each in formats):
        if payload_type not in maps:
            continue  # a static payload type (RFC 3551): nothing that we forward
        name, clock_rate, channels = maps[payload_type]
        codecs.append(
            Codec(
                payload_type,
                name,
                clock_rate,
                channels,
                parameters.get(payload_type, {}),
                (*feedback.get(payload_type, ()), *for_all),
            )
        )
    return tuple(codecs)


def _read_parameters(text: str) -> dict[str, str]:
    found = {}
    for each in text.split(";"):
        name, separator, value = each.strip().partition("=")
        if name:
            found[name.strip().lower()] = value.strip() if separator else ""
    return found


def _read_extensions(part: _Lines, session: _Lines) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in (*session.every("extmap"), *part.every("extmap")):
        words = value.split()
        if len(words) < 2:
            raise InvalidSdp("An extmap is not `number address`.")
        number = _number(words[0].partition("/")[0], 4351)
        if 1 <= number <= 255:  # higher ones ask us to choose, which an offer must not (RFC 8285)
            found.setdefault(words[1], number)
    return found


def _number(text: str, largest: int) -> int:
    # isdecimal() would take other scripts' digits, int() would take "1_0" and " 1".
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) > largest:
        raise InvalidSdp("A number of the session description is out of range.")
    return int(text)
