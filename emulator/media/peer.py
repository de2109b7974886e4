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
from .pictures import Camera, Screen
from .tracks import RATE, SAMPLES, Feed, Outlet, listen

OPPOSITE = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
_DIRECTION = re.compile(r"^a=(sendrecv|sendonly|recvonly|inactive)(?=\r?$)", re.MULTILINE)
_SETUP = re.compile(r"^a=setup:\w+", re.MULTILINE)
_ORIGIN = re.compile(r"^o=(\S+) (\d+) (\d+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PeerOptions:
    """How the PBX's end behaves.

    ``addresses``: where to receive media; empty for the address at which the browser reached the PBX. ``ice_lite``: announce
    ICE lite. ``mute``: send silence, whatever is to be played. ``video``: pictures too, offered to the browser as for a
    caller with a camera, and taken when the browser offers them. Without it an offered picture is refused.
    """

    addresses: tuple[str, ...] = ()
    ice_lite: bool = False
    mute: bool = False
    video: bool = False


@dataclass(frozen=True, slots=True)
class MediaStats:
    """Counters of one leg since its start; ``heard`` and ``sent`` look at the last second of audio, ``frames`` were seen.

    ``light`` is the brightness of the last of them, 0 … 255.
    """

    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    heard: Reading
    sent: Reading
    connection: str
    frames: int
    light: float


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
        self._camera = self._feed.camera = Camera()
        self._screen: Screen | None = None
        self._watching: asyncio.Task[None] | None = None
        self._pictured = False
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
        if self._screen is not None:
            self._screen.camera = self._partner.camera if isinstance(self._partner, Feed) else None

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
            self._camera.frames,
            self._camera.light,
        )

    def forget(self) -> None:
        """Empty both meters, so that the next ``stats`` shows only what comes from now on."""
        self._heard.clear()
        self._outlet.meter.clear()

    # --- the SIP side

    async def offer(self) -> str:
        """The first offer of a call to the browser, all candidates in it."""
        if self._options.video:
            self._show()
        await self._pc.setLocalDescription(await self._pc.createOffer())
        self._sdp = self._dress(self._pc.localDescription.sdp)
        return self._sdp

    async def accept(self, sdp: str) -> None:
        """The browser's answer to ``offer``."""
        self._pictured = has_picture(sdp)
        await self._pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        match = re.search(r"^a=setup:(\w+)", sdp, re.MULTILINE)
        self._setup = "active" if match and match.group(1) == "passive" else "passive"
        self._tap()

    async def answer(self, sdp: str) -> str:
        """The answer to the browser's first offer; raises ``ValueError`` or aiortc's errors for an offer it cannot take."""
        if has_picture(sdp) and self._options.video:
            self._pictured = True
            self._show()
        await self._pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in self._pc.getTransceivers():
            if transceiver.kind == "video" and not self._pictured:
                transceiver.direction = "inactive"
        await self._pc.setLocalDescription(await self._pc.createAnswer())
        self._sdp = self._dress(self._pc.localDescription.sdp)
        match = re.search(r"^a=setup:(\w+)", self._sdp, re.MULTILINE)
        self._setup = match.group(1) if match else "active"
        self._tap()
        return self._sdp

    def again(self, direction: str, *, offer: bool) -> str:
        """The last description once more, a version newer, with this direction: a re-offer, or the answer to one."""
        self._sdp = _ORIGIN.sub(lambda m: f"o={m[1]} {m[2]} {int(m[3]) + 1} ", self._sdp, count=1)
        sound, picture, rest = self._sdp.partition("m=video")
        seen = direction if self._pictured else "inactive"
        self._sdp = _DIRECTION.sub(f"a={direction}", sound) + picture + _DIRECTION.sub(f"a={seen}", rest)
        setup = "actpass" if offer else self._setup
        return _SETUP.sub(f"a=setup:{setup}", self._sdp)

    def sending(self, allowed: bool) -> None:
        """Whether packets may go out: not while the browser holds the call."""
        self._sender._enabled = allowed  # noqa: SLF001 - aiortc has no public switch for an inactive sender

    async def close(self) -> None:
        """End of the leg."""
        for task in (self._pump, self._watching):
            if task is not None:
                task.cancel()
        self._outlet.stop()
        if self._screen is not None:
            self._screen.stop()
        self._feed.stop()
        await self._pc.close()
        # aiortc's own task that connects looks up every 20 ms, and may have started sender and receiver meanwhile.
        await asyncio.sleep(0.05)
        for transceiver in self._pc.getTransceivers():
            await transceiver.sender.stop()
            await transceiver.receiver.stop()

    # --- inside

    def _show(self) -> None:
        self._screen = Screen()
        self._pc.addTrack(self._screen)
        self._route()

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
        if track.kind == "video" and self._pictured:
            self._watching = asyncio.ensure_future(self._camera.follow(track))

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


def has_picture(sdp: str) -> bool:
    """Whether the description has a picture that goes at least one way."""
    _, found, picture = sdp.partition("m=video ")
    match = _DIRECTION.search(picture)
    return bool(found) and not picture.startswith("0 ") and (match is None or match.group(1) != "inactive")
