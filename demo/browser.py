"""A headless Chromium with a microphone of its own, logged in to the house, whose audio can be measured."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import math
import os
from pathlib import Path
import struct
import time
from typing import Literal
import wave

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from .session import Session

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"

# The microphone hears this tone, in hertz: the emulator and the analyser must find it again.
MICROPHONE_HZ = 660

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # The emulated PBX signs its own certificate; a person accepts it once, as with most PBXs in a LAN.
    "--ignore-certificate-errors",
    # Chromium would hide 127.0.0.1 behind an mDNS name, which nobody resolves here.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)

# Keeps every peer connection of a frame where a test can ask it for its statistics.
WATCH_PEERS = """
(() => {
  const Native = window.RTCPeerConnection;
  if (!Native || window.__peers) return;
  window.__peers = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...args) { super(...args); window.__peers.push(this); }
    close() { super.close(); window.__peers = window.__peers.filter((one) => one !== this); }
  };
})();
"""

# For the living peer connections of one frame: packets and energy both ways, and (unless told not to listen) the loudest
# frequency heard.
MEASURE = """
async (listen) => {
  const sum = { sent: 0, received: 0, energySent: 0, energyReceived: 0, hertz: 0, peers: 0 };
  for (const peer of window.__peers ?? []) {
    if (peer.connectionState === "closed") continue;
    sum.peers += 1;
    for (const report of (await peer.getStats()).values()) {
      if (report.type === "outbound-rtp") sum.sent += report.packetsSent;
      if (report.type === "media-source") sum.energySent += report.totalAudioEnergy ?? 0;
      if (report.type === "inbound-rtp") {
        sum.received += report.packetsReceived;
        sum.energyReceived += report.totalAudioEnergy ?? 0;
      }
    }
    const track = peer.getReceivers().map((one) => one.track).find((one) => one?.kind === "audio");
    // Nothing given arrives as null.
    if (!track || listen === false) continue;
    if (peer.__heard !== track) {
      peer.__heard = track;
      const context = new AudioContext();
      await context.resume();
      peer.__analyser = context.createAnalyser();
      peer.__analyser.fftSize = 4096;
      context.createMediaStreamSource(new MediaStream([track])).connect(peer.__analyser);
    }
    const bins = new Float32Array(peer.__analyser.frequencyBinCount);
    peer.__analyser.getFloatFrequencyData(bins);
    let loudest = 1;
    for (let at = 1; at < bins.length; at += 1) if (bins[at] > bins[loudest]) loudest = at;
    if (bins[loudest] > -70) sum.hertz = (loudest * peer.__analyser.context.sampleRate) / peer.__analyser.fftSize;
  }
  return sum;
}
"""


@dataclass(frozen=True)
class Heard:
    """What the browser's peer connections measured since they began: packets, energy as WebRTC counts it, hertz now."""

    sent: int
    received: int
    energy_sent: float
    energy_received: float
    hertz: float
    peers: int


def write_tone(path: Path, hertz: int = MICROPHONE_HZ, seconds: int = 2, rate: int = 48000) -> Path:
    """Write a mono WAV of a sine at half of full scale that Chromium can loop without a click."""
    samples = (round(16000 * math.sin(2 * math.pi * hertz * at / rate)) for at in range(rate * seconds))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


@asynccontextmanager
async def chromium(microphone: Path) -> AsyncIterator[Browser]:
    """A Chromium whose microphone plays ``microphone`` (a WAV) in a loop."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
        )
        try:
            yield browser
        finally:
            await browser.close()


def stored_login(session: Session) -> str:
    """The script that logs a page in the way the frontend remembers a login."""
    tokens = {
        "access_token": session.tokens.access_token,
        "refresh_token": session.tokens.refresh_token,
        "expires_in": session.tokens.expires_in,
        "token_type": "Bearer",
        "hassUrl": session.url,
        "clientId": f"{session.url}/",
        "expires": round(time.time() * 1000) + session.tokens.expires_in * 1000,
    }
    return f"if (location.origin === {json.dumps(session.url)}) localStorage.hassTokens = JSON.stringify({json.dumps(tokens)});"


async def logged_in(
    browser: Browser,
    session: Session,
    *,
    viewport: ViewportSize | None = None,
    dark: bool = False,
    touch: bool = False,
    scale: float = 1,
    service_workers: Literal["allow", "block"] = "allow",
    camera: bool = False,
) -> BrowserContext:
    """A fresh browser profile in which ``session``'s user is logged in and the microphone is allowed, with ``camera`` that too."""
    context = await browser.new_context(
        base_url=session.url,
        viewport=viewport or {"width": 1280, "height": 900},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        device_scale_factor=scale,
        reduced_motion="reduce",
        service_workers=service_workers,
        ignore_https_errors=True,
        locale="en-GB",
        permissions=["microphone", "notifications", *(["camera"] if camera else [])],
    )
    await context.add_init_script(stored_login(session))
    await context.add_init_script(WATCH_PEERS)
    return context


async def measure(page: Page) -> Heard:
    """Add up what all frames of the page send and hear."""
    return add_up([await frame.evaluate(MEASURE) for frame in page.frames if not frame.is_detached()])


def add_up(frames: Iterable[dict[str, float]]) -> Heard:
    """The sum of what ``MEASURE`` gave in each frame."""
    total = {"sent": 0.0, "received": 0.0, "energySent": 0.0, "energyReceived": 0.0, "hertz": 0.0, "peers": 0.0}
    for frame in frames:
        for key, value in frame.items():
            total[key] = max(total[key], value) if key == "hertz" else total[key] + value
    return Heard(
        sent=int(total["sent"]),
        received=int(total["received"]),
        energy_sent=total["energySent"],
        energy_received=total["energyReceived"],
        hertz=total["hertz"],
        peers=int(total["peers"]),
    )
