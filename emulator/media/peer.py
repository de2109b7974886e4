"""One leg's WebRTC peer: the PBX's end of a call with a browser."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import re
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtp import RtpPacket, is_rtcp

from .dtmf import EventReader, offer_telephone_events
from .meter import Meter, Reading
from .tracks import RATE, SAMPLES, Feed, Outlet, listen

OPPOSITE = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
_DIRECTION = re.compile(r"^a=(sendrecv|sendonly|recvonly|inactive)(?=\r?$)", re.MULTILINE)
_SETUP = re.compile(r"^a=setup:\w+", re.MULTILINE)
_ORIGIN = re.compile(r"^o=(\S+) (\d+) (\d+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PeerOptions:
    """How the PBX's end behaves.

    ``addresses``: where to receive media; empty for the address at which the browser reached the PBX. ``ice_lite``: announce
    ICE lite. ``mute``: send silence, whatever is to be played. ``video``: offer a picture (VP8) too, as the PBX does for a
    caller with a camera; none is ever sent, and what the browser answers about it is ignored.
    """

    addresses: tuple[str, ...] = ()
    ice_lite: bool = False
    mute: bool = False
    video: bool = False


@dataclass(frozen=True, slots=True)
class MediaStats:
    """Counters of one leg since its start; ``heard`` and ``sent`` look at the last second of audio."""

    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    heard: Reading
    sent: Reading
    connection: str


def direction_of(sdp: str) -> str:
    """The direction of the audio section, ``sendrecv`` when it has none (RFC 3264 section 5.1)."""
    audio = sdp.partition("m=audio")[2].partition("\nm=")[0]
    match = _DIRECTION.search(audio) or _DIRECTION.search(sdp.partition("m=")[0])
    return match.group(1) if match else "sendrecv"


def both(one: str, other: str) -> str:
    """The direction that two wishes leave, both seen from the same side."""
    send = one.startswith("send") and other.startswith("send")
    receive = one in ("sendrecv", "recvonly") and other in ("sendrecv", "recvonly")
    return {(True, True): "sendrecv", (True, False): "sendonly", (False, True): "recvonly"}.get(
        (send, receive), "inactive"
    )


class BrowserMedia:
    """The ``Media`` of a leg that a browser carries.

    ``incoming`` is what the browser says; ``play`` chooses what it hears. A re-negotiation never goes through aiortc:
    its re-offers change the header-extension ids, which browsers refuse. The last description is sent again instead, with a
    newer version and an explicit direction. ``address`` is a local address to receive media at.
    """

    def __init__(
        self, address: str, options: PeerOptions | None = None, on_digit: Callable[[str], None] | None = None
    ) -> None:
        offer_telephone_events()
        self._options = options or PeerOptions()
        self._on_digit = on_digit
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._outlet = Outlet()
        self._feed = Feed()
        self.incoming: object | None = self._feed
        self._heard = Meter(RATE, SAMPLES)
        self._packets_in = self._bytes_in = self._packets_out = self._bytes_out = 0
        self._sdp = ""
        self._setup = ""
        self._music: MediaStreamTrack | None = None
        self._partner: MediaStreamTrack | None = None
        self._pump: asyncio.Task[None] | None = None
        self._sender = self._pc.addTrack(self._outlet)
        self._pc.on("track", self._track)
        self._bind(self._options.addresses or (address,))

    # --- the switchboard's side

    def play(self, track: object | None) -> None:
        """Send this track to the browser (None: silence)."""
        self._partner = track if isinstance(track, MediaStreamTrack) else None
        self._route()

    def music(self, track: MediaStreamTrack | None) -> None:
        """Music on hold: heard instead of the partner until taken away with None."""
        self._music = track
        self._route()

    def _route(self) -> None:
        self._outlet.play(None if self._options.mute else self._music or self._partner)

    def stats(self) -> MediaStats:
        """Counters and a look at the last second of both directions."""
        return MediaStats(
            self._packets_in,
            self._bytes_in,
            self._packets_out,
            self._bytes_out,
            self._heard.read(),
            self._outlet.meter.read(),
            self._pc.connectionState,
        )

    def forget(self) -> None:
        """Empty both meters, so that the next ``stats`` shows only what comes from now on."""
        self._heard.clear()
        self._outlet.meter.clear()

    # --- the SIP side

    async def offer(self) -> str:
        """The first offer of a call to the browser, all candidates in it."""
        await self._pc.setLocalDescription(await self._pc.createOffer())
        self._sdp = self._dress(self._pc.localDescription.sdp)
        if self._options.video:
            self._sdp = _with_video(self._sdp)
        return self._sdp

    async def accept(self, sdp: str) -> None:
        """The browser's answer to ``offer``."""
        if self._options.video:
            sdp = _without_video(sdp)
        await self._pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        match = re.search(r"^a=setup:(\w+)", sdp, re.MULTILINE)
        self._setup = "active" if match and match.group(1) == "passive" else "passive"
        self._tap()

    async def answer(self, sdp: str) -> str:
        """The answer to the browser's first offer; raises ``ValueError`` or aiortc's errors for an offer it cannot take."""
        await self._pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self._pc.setLocalDescription(await self._pc.createAnswer())
        self._sdp = self._dress(self._pc.localDescription.sdp)
        match = re.search(r"^a=setup:(\w+)", self._sdp, re.MULTILINE)
        self._setup = match.group(1) if match else "active"
        self._tap()
        return self._sdp

    def again(self, direction: str, *, offer: bool) -> str:
        """The last description once more, a version newer, with this direction: a re-offer, or the answer to one."""
        self._sdp = _ORIGIN.sub(lambda m: f"o={m[1]} {m[2]} {int(m[3]) + 1} ", self._sdp, count=1)
        self._sdp = _DIRECTION.sub(f"a={direction}", self._sdp)
        setup = "actpass" if offer else self._setup
        return _SETUP.sub(f"a=setup:{setup}", self._sdp)

    def sending(self, allowed: bool) -> None:
        """Whether packets may go out: not while the browser holds the call."""
        self._sender._enabled = allowed  # noqa: SLF001 - aiortc has no public switch for an inactive sender

    async def close(self) -> None:
        """End of the leg."""
        if self._pump is not None:
            self._pump.cancel()
        self._outlet.stop()
        self._feed.stop()
        await self._pc.close()
        # aiortc's own task that connects looks up every 20 ms, and may have started sender and receiver meanwhile.
        await asyncio.sleep(0.05)
        for transceiver in self._pc.getTransceivers():
            await transceiver.sender.stop()
            await transceiver.receiver.stop()

    # --- inside

    def _dress(self, sdp: str) -> str:
        if self._options.ice_lite:
            sdp = re.sub(r"^(t=.*\r?\n)", r"\1a=ice-lite\r\n", sdp, count=1, flags=re.MULTILINE)
        return sdp

    def _bind(self, addresses: tuple[str, ...]) -> None:
        """Gather candidates on these addresses only: aioice would take every interface except loopback."""
        ice: Any = self._sender.transport.transport.iceGatherer._connection  # noqa: SLF001
        gather = ice.get_component_candidates

        async def gather_here(*, component: int, **_: object) -> Any:
            return await gather(component=component, addresses=list(addresses))

        ice.get_component_candidates = gather_here
        keep_alive = ice.query_consent

        async def keep_alive_while_open() -> None:
            # Closed in the middle of its checks, aioice would start this afterwards and never end it.
            if not ice._closing:  # noqa: SLF001
                await keep_alive()

        ice.query_consent = keep_alive_while_open

    def _track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._pump is None:
            self._pump = asyncio.ensure_future(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        async for samples in listen(track):
            self._heard.add(samples)
            self._feed.push(samples)

    def _tap(self) -> None:
        """Count packets and take the telephone events out, in front of aiortc's decoder and behind its encoder."""
        transceiver = next(t for t in self._pc.getTransceivers() if t.kind == "audio")
        receiver: Any = transceiver.receiver
        events = {c.payloadType for c in transceiver._codecs if c.name.lower() == "telephone-event"}  # noqa: SLF001
        reader = EventReader()
        decode = receiver._handle_rtp_packet  # noqa: SLF001
        taken = 0

        async def receive(packet: RtpPacket, arrival_time_ms: int) -> None:
            nonlocal taken
            self._packets_in += 1
            self._bytes_in += len(packet.payload)
            if packet.payload_type in events:
                taken += 1
                digit = reader.digit(packet)
                if digit and self._on_digit is not None:
                    self._on_digit(digit)
                return
            # To the jitter buffer the sequence has no holes where events were taken out.
            packet.sequence_number = (packet.sequence_number - taken) & 0xFFFF
            await decode(packet, arrival_time_ms=arrival_time_ms)

        receiver._handle_rtp_packet = receive  # noqa: SLF001
        transport: Any = transceiver.sender.transport
        send = transport._send_rtp  # noqa: SLF001

        async def count(data: bytes) -> None:
            if not is_rtcp(data):
                self._packets_out += 1
                self._bytes_out += len(data)
            await send(data)

        transport._send_rtp = count  # noqa: SLF001


def _with_video(sdp: str) -> str:
    """The description with a second stream, a picture, over the transport of the first."""
    transport = re.findall(r"^a=(?:ice-ufrag|ice-pwd|fingerprint|setup):.*\r?\n", sdp, re.MULTILINE)
    picture = (
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\na=mid:picture\r\na=rtcp-mux\r\n"
        "a=rtpmap:96 VP8/90000\r\n"
    )
    return re.sub(r"^(a=group:BUNDLE [^\r\n]*)", r"\1 picture", sdp, flags=re.MULTILINE) + picture + "".join(transport)


def _without_video(sdp: str) -> str:
    """The description of the sound alone."""
    sound = re.sub(r"^m=video .*", "", sdp, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^(a=group:BUNDLE .*?) picture\b", r"\1", sound, flags=re.MULTILINE)
