"""The emulator's audio without a browser: two of its own peers, tones, echoes, mixes, telephone events."""

import asyncio
from collections.abc import AsyncIterator
import contextlib

from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtpPacket
from av import VideoFrame
import numpy as np
import pytest

from emulator.media import BrowserMedia, EchoParty, Feed, Meter, Outlet, PeerOptions, SilentParty, Tone, ToneParty, mix
from emulator.media.dtmf import EventReader
from emulator.media.pictures import Camera, Screen
from emulator.media.tracks import RATE, SAMPLES
from tests.emulator.conftest import until


def note(hz: float, level: float = 0.3) -> np.ndarray:
    return (np.sin(2 * np.pi * hz * np.arange(RATE) / RATE) * level * 32767).astype(np.int16)


def test_the_meter_names_the_note() -> None:
    meter = Meter(RATE, SAMPLES)
    assert meter.read().rms == 0
    for start in range(0, RATE, SAMPLES):
        meter.add(note(440)[start : start + SAMPLES])
    reading = meter.read()
    assert reading.hz == pytest.approx(440, abs=2)
    assert reading.rms == pytest.approx(0.3 / np.sqrt(2), rel=0.01)
    assert reading.frames == 50
    meter.clear()
    assert meter.read().rms == 0


async def test_the_outlet_changes_its_source_and_is_silent_without() -> None:
    outlet = Outlet()

    async def seconds(count: float) -> None:
        for _ in range(int(count * 50)):
            await outlet.recv()

    try:
        outlet.play(Tone(500))
        await seconds(0.3)
        outlet.meter.clear()
        await seconds(0.3)
        assert outlet.meter.read().hz == pytest.approx(500, abs=5)
        outlet.play(None)
        outlet.meter.clear()
        await seconds(0.1)
        assert outlet.meter.read().rms == 0
    finally:
        outlet.stop()


async def test_a_feed_has_several_listeners_and_keeps_the_newest() -> None:
    feed = Feed()
    first, second = feed.fork(), feed.fork()
    for value in range(15):
        feed.push(np.full(SAMPLES, value, dtype=np.int16))
    for fork in (first, second):
        frame = await fork.recv()
        assert frame.to_ndarray()[0, 0] == 5
    first.stop()
    feed.push(np.zeros(SAMPLES, dtype=np.int16))
    with contextlib.suppress(Exception):
        while True:
            await asyncio.wait_for(first.recv(), 0.1)
    feed.stop()
    assert second.readyState == "ended"


async def test_the_echo_says_what_it_hears() -> None:
    echo, listener = EchoParty(), SilentParty()
    echo.play(Tone(700))
    listener.play(echo.incoming)
    await until(lambda: abs(listener.heard().hz - 700) < 5)
    await echo.close()
    await listener.close()


async def test_a_mix_has_every_voice() -> None:
    one, other, listener = ToneParty(500, 0.2), ToneParty(900, 0.1), SilentParty()
    both = mix([one, other])
    listener.play(both)
    await until(lambda: abs(listener.heard().hz - 500) < 5 and listener.heard().rms > 0.155)
    await listener.close()
    assert both.readyState == "ended"


@pytest.fixture
async def peers(request: pytest.FixtureRequest) -> AsyncIterator[tuple[BrowserMedia, BrowserMedia, list[str]]]:
    """Two peers that talk to each other; the second is the one whose keys are collected."""
    digits: list[str] = []
    options = getattr(request, "param", PeerOptions())
    offering = BrowserMedia("127.0.0.1", options)
    answering = BrowserMedia("127.0.0.1", on_digit=digits.append)
    offer = await offering.offer()
    await offering.accept(await answering.answer(offer))
    yield offering, answering, digits
    await asyncio.gather(offering.close(), answering.close())


async def test_two_peers_hear_each_other(peers: tuple[BrowserMedia, BrowserMedia, list[str]]) -> None:
    one, other, _ = peers
    one.play(Tone(500))
    other.play(Tone(900))
    await until(lambda: abs(one.stats().heard.hz - 900) < 10 and abs(other.stats().heard.hz - 500) < 10, 10)
    assert one.stats().packets_in > 0
    assert one.stats().bytes_out > 0
    one.music(Tone(300))
    await until(lambda: abs(other.stats().heard.hz - 300) < 10, 10)
    one.music(None)
    await until(lambda: abs(other.stats().heard.hz - 500) < 10, 10)
    one.sending(False)
    await asyncio.sleep(0.1)  # what was on its way
    sent = one.stats().packets_out
    await until(lambda: other.stats().packets_out > 200, 10)
    assert one.stats().packets_out <= sent + 1


@pytest.mark.parametrize("peers", [PeerOptions(mute=True)], indirect=True)
async def test_a_muted_peer_sends_silence(peers: tuple[BrowserMedia, BrowserMedia, list[str]]) -> None:
    one, other, _ = peers
    one.play(Tone(500))
    await until(lambda: other.stats().packets_in > 20, 10)
    assert other.stats().heard.rms < 0.001


async def pair(first: PeerOptions, second: PeerOptions) -> tuple[BrowserMedia, BrowserMedia]:
    """Two connected peers."""
    one, other = BrowserMedia("127.0.0.1", first), BrowserMedia("127.0.0.1", second)
    await one.accept(await other.answer(await one.offer()))
    return one, other


async def test_pictures_go_both_ways_where_both_lines_carry_them() -> None:
    """Each shows its test card, which the other counts; a hold takes the pictures' direction along."""
    one, other = await pair(PeerOptions(video=True), PeerOptions(video=True))
    try:
        await until(lambda: one.stats().frames > 3 and other.stats().frames > 3, 10)
        assert 40 < one.stats().light < 140
        assert one.again("sendonly", offer=True).count("a=sendonly") == 2
    finally:
        await asyncio.gather(one.close(), other.close())


async def test_a_line_without_pictures_refuses_them() -> None:
    one, other = await pair(PeerOptions(video=True), PeerOptions())
    try:
        await until(lambda: one.stats().packets_in > 20, 10)
        assert (one.stats().frames, other.stats().frames, one.stats().light) == (0, 0, 0)
        again = other.again("sendrecv", offer=False)
        assert "a=inactive" in again.partition("m=video")[2]
    finally:
        await asyncio.gather(one.close(), other.close())


async def test_a_camera_is_seen_by_the_partner() -> None:
    """A bright camera fills the screen of the party it is connected to."""
    screen, camera = Screen(), Camera()
    card = (await screen.recv()).to_ndarray(format="gray")
    assert abs(float(card.mean()) - 70) < 30
    camera.newest = VideoFrame.from_ndarray(np.full((48, 64, 3), 250, dtype=np.uint8), format="rgb24")
    screen.camera = camera
    frame = await screen.recv()
    assert frame.to_ndarray(format="gray").mean() > 200
    assert frame.pts
    screen.stop()
    with pytest.raises(MediaStreamError):
        await screen.recv()


async def test_descriptions_are_repeated_with_a_newer_version() -> None:
    peer = BrowserMedia("127.0.0.1", PeerOptions(ice_lite=True))
    try:
        first = await peer.offer()
        again = peer.again("sendonly", offer=True)
        assert "a=ice-lite" in first
        assert "a=sendonly" in again
        assert "a=sendrecv" not in again
        assert "a=setup:actpass" in again
        assert "telephone-event/8000" in first

        def version(sdp: str) -> int:
            return int(sdp.partition("o=")[2].split()[2])

        assert version(again) == version(first) + 1
        assert version(peer.again("sendrecv", offer=True)) == version(first) + 2
        assert first.count("a=candidate") == again.count("a=candidate") > 0
        assert "127.0.0.1" in first
    finally:
        await peer.close()


def test_a_key_counts_once() -> None:
    reader = EventReader()

    def packet(event: int, timestamp: int, end: bool, ssrc: int = 1) -> RtpPacket:
        made = RtpPacket(payload_type=101, timestamp=timestamp)
        made.ssrc = ssrc
        made.payload = bytes([event, 0x80 if end else 0, 3, 32])
        return made

    presses = [packet(5, 100, False), packet(5, 100, True), packet(5, 100, True), packet(5, 100, True)]
    presses += [packet(5, 900, True), packet(11, 1700, True), packet(12, 2500, True), packet(99, 3300, True)]
    short = packet(1, 4100, True)
    short.payload = b"\x01"
    assert [digit for p in [*presses, short] if (digit := reader.digit(p))] == ["5", "5", "#", "A"]
