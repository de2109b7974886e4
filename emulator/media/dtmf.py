"""RFC 4733 telephone events, which aiortc does not know.

The two codecs are added to aiortc's list so that they are offered and accepted; the packets are taken out before its
decoder sees them.
"""

from collections import OrderedDict

from aiortc.codecs import CODECS
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

DIGITS = "0123456789*#ABCD"
_PAYLOADS = ((48000, 110), (8000, 126))
_REMEMBERED = 64


def offer_telephone_events() -> None:
    """Make aiortc negotiate ``audio/telephone-event``; safe to call again."""
    known = {(codec.mimeType, codec.clockRate) for codec in CODECS["audio"]}
    CODECS["audio"].extend(
        RTCRtpCodecParameters(mimeType="audio/telephone-event", clockRate=rate, channels=1, payloadType=payload)
        for rate, payload in _PAYLOADS
        if ("audio/telephone-event", rate) not in known
    )


class EventReader:
    """Counts each pressed key once: its packets share SSRC and timestamp, and the end is sent three times."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[int, int], None] = OrderedDict()

    def digit(self, packet: RtpPacket) -> str | None:
        """The key of a packet that ends a press, the first time it is seen."""
        if len(packet.payload) < 4 or not packet.payload[1] & 0x80:
            return None
        event, key = packet.payload[0], (packet.ssrc, packet.timestamp)
        if event >= len(DIGITS) or key in self._seen:
            return None
        self._seen[key] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return DIGITS[event]
