"""A publisher's memory: what it has sent of one picture, to send again when asked."""

from __future__ import annotations

from collections import OrderedDict
from struct import pack, unpack_from

from media.rtcp import KeyframeWish, Nack, parse_rtcp
from tests.runtime.light_peer import LightPeer

_REMEMBERED = 2000


class LightSender:
    """Sends packets of one client through a line that may lose them, and answers NACKs by RTX."""

    def __init__(self, peer: LightPeer, *, repair_payload_type: int) -> None:
        self.resent = 0
        self.wishes: set[int] = set()
        """The SSRCs of which a keyframe is wished; whoever sends one takes it out."""
        self._peer = peer
        self._repair_payload_type = repair_payload_type
        self._sent: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._repair_numbers: dict[int, int] = {}
        self._extensions: dict[int, bytes] = {}
        peer.watch_report = self._take_report

    def name_repairs(self, ssrc: int, extension: bytes) -> None:
        """Send `extension` (the whole block) with every repair of `ssrc`."""
        self._extensions[ssrc] = extension

    def send(self, packet: bytes) -> None:
        """Send one packet and remember it."""
        sequence, ssrc = unpack_from("!HxxxxI", packet, 2)
        self._sent[ssrc, sequence] = packet
        if len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)
        self._peer.send_rtp(packet)

    def _take_report(self, report: bytes) -> None:
        for each in parse_rtcp(report):
            if isinstance(each, KeyframeWish):
                self.wishes.add(each.media_ssrc)
            elif isinstance(each, Nack):
                for sequence in each.sequences:
                    self._send_again(each.media_ssrc, sequence)

    def _send_again(self, ssrc: int, sequence: int) -> None:
        packet = self._sent.get((ssrc, sequence))
        if packet is None:
            return
        number = self._repair_numbers[ssrc] = self._repair_numbers.get(ssrc, 0) + 1
        start = 12 + (4 + 4 * unpack_from("!H", packet, 14)[0] if packet[0] & 0x10 else 0)
        extension = self._extensions.get(ssrc, b"")
        head = pack(
            "!BBHII",
            0x90 if extension else 0x80,
            packet[1] & 0x80 | self._repair_payload_type,
            number & 0xFFFF,
            unpack_from("!I", packet, 4)[0],
            ssrc ^ 0x5555,
        )
        self._peer.send_rtp(head + extension + pack("!H", sequence) + packet[start:])
        self.resent += 1
