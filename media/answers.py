"""Writing answers and fragments: what was agreed, as the clients that exist read it.

Rules only, and nothing is chosen here: see `negotiation.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from media.negotiation import MID, REPAIRED_RID, RID, TRANSPORT_CC, Agreement
from media.sdp import Codec

_WRITTEN = {"OPUS": "opus"}

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
    if agreement.red_payload_type is not None:
        # First, or Chromium takes it as something that it may receive and never send.
        payload_types.insert(0, str(agreement.red_payload_type))
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
    if agreement.red_payload_type is not None:
        lines.append(f"a=rtpmap:{agreement.red_payload_type} red/{codec.clock_rate}{channels}")
        lines.append(f"a=fmtp:{agreement.red_payload_type} {number}/{number}")
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
