"""Recognising where a keyframe begins, from the first bytes of a payload.

One small function per payload format; nothing is decoded.
"""

from __future__ import annotations

from collections.abc import Callable

_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28


def starts_h264_keyframe(payload: bytes) -> bool:
    """RFC 6184: an IDR slice or a sequence parameter set, alone, aggregated or fragmented.

    Encoders that publish over WebRTC put the parameter sets before every IDR, so the first of the
    packets that this recognises is where a decoder can begin.
    """
    if len(payload) < 2:
        return False
    kind = payload[0] & 0x1F
    if kind in (_IDR, _SPS):
        return True
    if kind == _FU_A:
        return payload[1] & 0x80 != 0 and payload[1] & 0x1F in (_IDR, _SPS)
    if kind == _STAP_A:
        at = 1
        while at + 2 < len(payload):
            if payload[at + 2] & 0x1F in (_IDR, _SPS):
                return True
            at += 2 + (payload[at] << 8 | payload[at + 1])
    return False


def find_h264_parameters(payload: bytes) -> bytes | None:
    """Return the sequence parameter set in `payload`, which stands alone or aggregated."""
    if payload and payload[0] & 0x1F == _SPS:
        return payload
    if payload and payload[0] & 0x1F == _STAP_A:
        at = 1
        while at + 2 < len(payload):
            size = payload[at] << 8 | payload[at + 1]
            if payload[at + 2] & 0x1F == _SPS:
                return payload[at + 2 : at + 2 + size]
            at += 2 + size
    return None


def starts_vp8_keyframe(payload: bytes) -> bool:
    """RFC 7741: start of the first partition, whose frame tag has P = 0."""
    if len(payload) < 1 or payload[0] & 0x17 != 0x10:  # S = 1, partition 0
        return False
    at = 1
    if payload[0] & 0x80:  # X
        if len(payload) < 2:
            return False
        flags, at = payload[1], 2
        if flags & 0x80:  # I: one byte, or two when M is set
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += 1 if flags & 0x40 else 0  # L
        at += 1 if flags & 0x30 else 0  # T or K
    return len(payload) > at and payload[at] & 0x01 == 0


def starts_vp9_keyframe(payload: bytes) -> bool:
    """RFC 9628: beginning of a frame that is not inter-predicted, in the lowest spatial layer."""
    if len(payload) < 1:
        return False
    head, at = payload[0], 1
    if head & 0x40 or not head & 0x08:  # P, B
        return False
    if head & 0x80:  # I
        at += 2 if len(payload) > at and payload[at] & 0x80 else 1
    if head & 0x20:  # L
        return len(payload) > at and payload[at] & 0x0E == 0
    return True


def starts_av1_keyframe(payload: bytes) -> bool:
    """The N bit of the aggregation header: first packet of a coded video sequence."""
    return len(payload) > 0 and payload[0] & 0x08 != 0


KEYFRAME_STARTS: dict[str, Callable[[bytes], bool]] = {
    "H264": starts_h264_keyframe,
    "VP8": starts_vp8_keyframe,
    "VP9": starts_vp9_keyframe,
    "AV1": starts_av1_keyframe,
}
