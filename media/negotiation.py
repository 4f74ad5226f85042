"""Choosing what is sent and received, and writing the answer.

Rules only: from an offer (and, for a viewer, the feed's formats) to one codec per kind. H264 comes
first, because it records and replays everywhere; else the publisher's own order decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
_WRITTEN = {"OPUS": "opus", "RTX": "rtx"}

# What a browser sends until it has measured the way. Its own start of 300 kb/s makes Chromium begin
# 720p as 320x180 and take over twelve seconds to come back, though feedback allows 6 Mb/s in the
# first one; from 1500 it begins at 640x360 and is back in eight. 4000 was taken for congestion and
# ended lower than it began (all measured).
START_KBPS = 1500

_PUBLISH_FEEDBACK = {
    "audio": ("transport-cc",),
    "video": ("transport-cc", "nack", "nack pli", "ccm fir"),
}
_WATCH_FEEDBACK = {"audio": (), "video": ("transport-cc", "nack", "nack pli", "ccm fir")}


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


@dataclass(frozen=True, slots=True)
class Source:
    """The SSRCs with which we send one track to a viewer."""

    ssrc: int
    rtx_ssrc: int


@dataclass(frozen=True, slots=True)
class AnswerTransport:
    """Our end of the transport, as the answer tells it."""

    ice_ufrag: str
    ice_pwd: str
    fingerprint: str
    setup: str
    candidates: tuple[tuple[str, int], ...]


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
    return Agreement(section, codec, rtx, fmt)


def write_publish_answer(
    agreements: Iterable[Agreement], transport: AnswerTransport, *, session_id: int
) -> str:
    """Return the answer to a publisher."""
    return _write(agreements, transport, session_id=session_id, sources=None)


def write_watch_answer(
    agreements: Iterable[Agreement],
    transport: AnswerTransport,
    *,
    session_id: int,
    sources: Mapping[str, Source],
) -> str:
    """Return the answer to a viewer; `sources` has the SSRCs by kind."""
    return _write(agreements, transport, session_id=session_id, sources=sources)


def _write(
    agreements: Iterable[Agreement],
    transport: AnswerTransport,
    *,
    session_id: int,
    sources: Mapping[str, Source] | None,
) -> str:
    agreements = tuple(agreements)
    lines = [
        "v=0",
        f"o=- {session_id} 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE " + " ".join(each.section.mid for each in agreements),
        "a=msid-semantic: WMS *",
    ]
    for index, agreement in enumerate(agreements):
        lines += _write_section(agreement, transport, sources)
        if index == 0:
            # The other sections are bundled: theirs are the same and would only make the answer
            # longer (FFmpeg takes 8192 bytes).
            lines += write_candidates(transport.candidates)
    return "\r\n".join(lines) + "\r\n"


def write_candidates(candidates: Iterable[tuple[str, int]]) -> list[str]:
    """Return the candidate lines, best first, and the end mark."""
    lines = [
        f"a=candidate:{index} 1 udp {2130706431 - index} {address} {port} typ host"
        for index, (address, port) in enumerate(candidates, start=1)
    ]
    return [*lines, "a=end-of-candidates"]


def write_restart_fragment(
    mid: str, kind: str, ufrag: str, pwd: str, candidates: Iterable[tuple[str, int]]
) -> str:
    """Return the trickle-ice-sdpfrag that answers an ICE restart (RFC 9725 section 4.3.3)."""
    lines = [
        "a=ice-lite",
        f"a=ice-ufrag:{ufrag}",
        f"a=ice-pwd:{pwd}",
        f"m={kind} 9 UDP/TLS/RTP/SAVPF 0",
        f"a=mid:{mid}",
        *write_candidates(candidates),
    ]
    return "\r\n".join(lines) + "\r\n"


def _write_section(
    agreement: Agreement, transport: AnswerTransport, sources: Mapping[str, Source] | None
) -> list[str]:
    section, codec = agreement.section, agreement.codec
    publishing = sources is None
    payload_types = [str(codec.payload_type)] if codec else ["0"]
    if agreement.rtx_payload_type is not None:
        payload_types.append(str(agreement.rtx_payload_type))
    direction = "recvonly" if publishing else "sendonly" if agreement.format else "inactive"
    lines = [
        f"m={section.kind} 9 {section.protocol} {' '.join(payload_types)}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=mid:{section.mid}",
        f"a={direction}",
        f"a=ice-ufrag:{transport.ice_ufrag}",
        f"a=ice-pwd:{transport.ice_pwd}",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        f"a=setup:{transport.setup}",
        "a=rtcp-mux",
        "a=rtcp-mux-only",
    ]
    if section.rtcp_rsize:
        lines.append("a=rtcp-rsize")
    lines += _write_extensions(agreement, publishing)
    if codec is not None:
        lines += _write_codec(agreement, codec, publishing)
    if publishing and agreement.encodings:
        lines += [f"a=rid:{encoding} recv" for encoding in agreement.encodings]
        lines.append("a=simulcast:recv " + ";".join(agreement.encodings))
    if sources is not None and agreement.format is not None:
        lines += _write_source(agreement, sources[section.kind])
    return lines


def _write_extensions(agreement: Agreement, publishing: bool) -> list[str]:
    wanted: tuple[str, ...] = ()
    if publishing:
        wanted = (TRANSPORT_CC, MID, RID, REPAIRED_RID) if agreement.encodings else (TRANSPORT_CC,)
    elif agreement.measured_by is not None:
        wanted = (TRANSPORT_CC,)
    numbers = agreement.section.extensions
    return [f"a=extmap:{numbers[each]} {each}" for each in wanted if each in numbers]


def _write_codec(agreement: Agreement, codec: Codec, publishing: bool) -> list[str]:
    number = codec.payload_type
    channels = f"/{codec.channels}" if codec.channels > 1 else ""
    lines = [
        f"a=rtpmap:{number} {_WRITTEN.get(codec.name, codec.name)}/{codec.clock_rate}{channels}"
    ]
    parameters = dict(codec.parameters)
    if publishing and agreement.section.kind == "video":
        parameters["x-google-start-bitrate"] = str(START_KBPS)
    if parameters:
        written = ";".join(f"{k}={v}" if v else k for k, v in parameters.items())
        lines.append(f"a=fmtp:{number} {written}")
    table = _PUBLISH_FEEDBACK if publishing else _WATCH_FEEDBACK
    wanted = table[agreement.section.kind]
    if not publishing and agreement.measured_by is None:
        wanted = tuple(each for each in wanted if each != "transport-cc")
    lines += [f"a=rtcp-fb:{number} {each}" for each in wanted if each in codec.feedback]
    if agreement.rtx_payload_type is not None:
        lines.append(f"a=rtpmap:{agreement.rtx_payload_type} rtx/{codec.clock_rate}")
        lines.append(f"a=fmtp:{agreement.rtx_payload_type} apt={number}")
    return lines


def _write_source(agreement: Agreement, source: Source) -> list[str]:
    lines = [f"a=msid:vibecast {agreement.section.kind}"]
    ssrcs = [source.ssrc]
    if agreement.rtx_payload_type is not None:
        ssrcs.append(source.rtx_ssrc)
        lines.append(f"a=ssrc-group:FID {source.ssrc} {source.rtx_ssrc}")
    # Chromium takes the first a=ssrc for the media, whatever the group says.
    return [*lines, *(f"a=ssrc:{ssrc} cname:vibecast" for ssrc in ssrcs)]
