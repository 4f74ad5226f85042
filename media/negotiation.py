"""Choosing what is sent and received.

Rules only: from an offer (and, for a viewer, the feed's formats) to one codec per kind. H264 comes
first, because it records and replays everywhere; else the publisher's own order decides. What is
agreed here `answers.py` writes down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from errors import InvalidSdp, NotAcceptable, Unprocessable
from media.sdp import Codec, Offer, Section

TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"

# Browsers send three at most; OBS can be told to send four.
ENCODINGS_LIMIT = 4

# Upper case, with their only legal RTP clock.
_CLOCKS = {"OPUS": 48000, "H264": 90000, "VP8": 90000, "VP9": 90000, "AV1": 90000}
_NAMES = {"audio": ("OPUS",), "video": ("H264", "VP8", "VP9", "AV1")}


@dataclass(frozen=True, slots=True)
class Format:
    """What a track carries, whatever number its payload type has."""

    kind: str
    name: str
    clock_rate: int
    profile: str = ""
    """H264: profile family; VP9 and AV1: profile number; else empty."""
    packetization_mode: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one m-section of an answer says."""

    section: Section
    codec: Codec | None
    """None where a viewer asks for a kind that the feed does not have."""
    rtx_payload_type: int | None
    format: Format | None
    red_payload_type: int | None = None
    """Under which sound may come with what came before it once more (RFC 2198)."""

    @property
    def transport_cc_id(self) -> int | None:
        return self.section.extensions.get(TRANSPORT_CC)

    @property
    def measured_by(self) -> int | None:
        """The number of the extension with which a viewer's line is measured, None if it is not.

        Only the picture is: sound is a twentieth of it and never chosen smaller. Not without a
        stream of its own for repairs, on which probes go. Below 15: we write the one-byte form of
        extensions (RFC 8285 section 4.2).
        """
        number = self.transport_cc_id
        if self.section.kind != "video" or self.format is None or self.rtx_payload_type is None:
            return None
        return number if number is not None and number < 15 else None

    @property
    def encodings(self) -> tuple[str, ...]:
        """The rids of a simulcast; empty if one encoding is all that is sent."""
        if self.section.kind != "video" or RID not in self.section.extensions:
            return ()
        return self.section.encodings[:ENCODINGS_LIMIT]


def h264_family(profile_level_id: str) -> str:
    """Return constrained-baseline, baseline, main, high or other.

    The family matters, not the string: FFmpeg says 42c01e or 42e015 where browsers say 42e01f,
    and the level only limits size and rate (RFC 6184 section 8.1).
    """
    text = profile_level_id.lower()
    try:
        profile, constraints = int(text[0:2], 16), int(text[2:4], 16)
    except ValueError:
        return "baseline"  # RFC 6184: absent means Baseline
    if profile == 0x42:
        return "constrained-baseline" if constraints & 0x40 else "baseline"
    if profile == 0x4D:
        # Main with constraint_set0 is also Baseline without what only Baseline has.
        return "constrained-baseline" if constraints & 0x80 else "main"
    if profile == 0x64:
        return "high"
    return "other"


# What a decoder of each family can decode. Nobody sends Baseline's own features (FMO, ASO) over
# WebRTC, so plain Baseline counts as constrained.
_H264_DECODES = {
    "constrained-baseline": ("constrained-baseline", "baseline"),
    "baseline": ("baseline", "constrained-baseline"),
    "main": ("main", "constrained-baseline", "baseline"),
    "high": ("high", "main", "constrained-baseline", "baseline"),
    "other": ("other",),
}
_H264_PREFERENCE = ("constrained-baseline", "baseline", "main", "high", "other")


def format_of(codec: Codec, kind: str) -> Format | None:
    """Return the format of `codec`, or None if it is not one that we forward."""
    name = "AV1" if codec.name == "AV1X" else codec.name
    if name not in _NAMES[kind] or codec.clock_rate != _CLOCKS[name]:
        return None
    if name == "OPUS" and codec.channels != 2:  # RFC 7587: always 2, whatever is sent
        return None
    if name == "H264":
        family = h264_family(codec.parameters.get("profile-level-id", ""))
        mode = codec.parameters.get("packetization-mode", "0")
        return Format(kind, name, codec.clock_rate, family, mode)
    if name in ("VP9", "AV1"):
        key = "profile-id" if name == "VP9" else "profile"
        return Format(kind, name, codec.clock_rate, codec.parameters.get(key, "0"))
    return Format(kind, name, codec.clock_rate)


def decodes(codec: Codec, feed_format: Format) -> bool:
    """Return whether who offers `codec` can decode a feed of `feed_format`."""
    own = format_of(codec, feed_format.kind)
    if own is None or own.name != feed_format.name:
        return False
    if own.name == "H264":
        mode_fits = own.packetization_mode == "1" or feed_format.packetization_mode != "1"
        return mode_fits and feed_format.profile in _H264_DECODES[own.profile]
    return own.profile == feed_format.profile


def agree_publish(offer: Offer) -> tuple[Agreement, ...]:
    """Return one agreement per section of a publisher's offer.

    Raises Unprocessable for what RFC 9725 calls unsupported tracks, NotAcceptable for codecs.
    """
    _check_sections(offer, ("sendonly", "sendrecv"), "send")
    streams = frozenset[str]().union(*(section.stream_ids for section in offer.sections)) - {"-"}
    if len(streams) > 1:
        raise Unprocessable("Send one stream: the offer has tracks of several.")
    agreements = tuple(_agree(section, _publish_choice(section)) for section in offer.sections)
    numbers = [each.codec.payload_type for each in agreements if each.codec is not None]
    numbers += [each.rtx_payload_type for each in agreements if each.rtx_payload_type is not None]
    numbers += [each.red_payload_type for each in agreements if each.red_payload_type is not None]
    if len(set(numbers)) != len(numbers):
        # RFC 8843 section 9.1: in a bundle the number tells whose packet it is.
        raise Unprocessable("Two sections use the same payload type for different codecs.")
    return agreements


def agree_watch(offer: Offer, formats: Mapping[str, Format]) -> tuple[Agreement, ...]:
    """Return one agreement per section of a viewer's offer to a feed that has `formats`."""
    _check_sections(offer, ("recvonly", "sendrecv"), "receive")
    agreements = []
    for section in offer.sections:
        wanted = formats.get(section.kind)
        if wanted is None:
            # A rejected m-line breaks players (WHEP 4.2); an inactive one waits for nothing.
            agreements.append(_agree(section, section.codecs[0] if section.codecs else None, False))
            continue
        fitting = [codec for codec in section.codecs if decodes(codec, wanted)]
        if not fitting:
            raise NotAcceptable(
                f"This stream's {section.kind} is {wanted.name}"
                f"{f' ({wanted.profile})' if wanted.profile else ''},"
                " which the offer cannot decode."
            )
        same = [c for c in fitting if format_of(c, section.kind) == wanted]
        agreements.append(_agree(section, (same or fitting)[0]))
    if not any(agreement.format for agreement in agreements):
        raise NotAcceptable("The offer asks for nothing that this stream has.")
    return tuple(agreements)


def forget_codecs(agreement: Agreement) -> Agreement:
    """Return what a session needs of `agreement`: a browser offers thirty codecs, 20 KB of them."""
    return replace(agreement, section=replace(agreement.section, codecs=()))


def _check_sections(offer: Offer, directions: tuple[str, ...], verb: str) -> None:
    kinds = [section.kind for section in offer.sections]
    if any(kind not in ("audio", "video") for kind in kinds):
        raise Unprocessable("Only audio and video sections can be used here.")
    if len(set(kinds)) != len(kinds):
        raise Unprocessable("At most one audio and one video section can be used here.")
    for section in offer.sections:
        if section.direction not in directions:
            raise Unprocessable(
                f"Section {section.mid} is {section.direction}; it must offer to {verb}."
            )
        if "RTP/SAVP" not in section.protocol:
            raise InvalidSdp("An m= line asks for a transport that is not secure RTP.")
        if not section.rtcp_mux:
            raise Unprocessable("Offer rtcp-mux: RTCP shares the one port here.")


def _publish_choice(section: Section) -> Codec:
    usable = [(codec, fmt) for codec in section.codecs if (fmt := format_of(codec, section.kind))]
    if not usable:
        raise NotAcceptable(f"Offer one of {', '.join(_NAMES[section.kind])} for {section.kind}.")
    # min() keeps the offer's order among equals.
    return min(usable, key=lambda pair: _publish_rank(pair[1]))[0]


def _publish_rank(fmt: Format) -> tuple[int, int, int]:
    if fmt.name != "H264":
        return (1, 0, 0)
    return (0, _H264_PREFERENCE.index(fmt.profile), 0 if fmt.packetization_mode == "1" else 1)


def _agree(section: Section, codec: Codec | None, active: bool = True) -> Agreement:
    rtx = None
    if codec is not None:
        rtx = next(
            (
                each.payload_type
                for each in section.codecs
                if each.name == "RTX" and each.parameters.get("apt") == str(codec.payload_type)
            ),
            None,
        )
    fmt = format_of(codec, section.kind) if codec is not None and active else None
    red = _find_red(section, codec) if codec is not None and active else None
    return Agreement(section, codec, rtx, fmt, red)


def _find_red(section: Section, codec: Codec) -> int | None:
    """Return the payload type of RED whose blocks are all of `codec`."""
    blocks = str(codec.payload_type)
    for each in section.codecs:
        if each.name != "RED" or section.kind != "audio":
            continue
        shape = (each.clock_rate, each.channels) == (codec.clock_rate, codec.channels)
        if shape and any({*key.split("/")} == {blocks} for key in each.parameters):
            return each.payload_type
    return None
