"""The emulator's audio: real WebRTC peers, and the tones, echoes and silences of simulated parties."""

from .meter import Meter, Reading
from .parties import EchoParty, SilentParty, ToneParty, mix, party
from .peer import BrowserMedia, MediaStats, PeerOptions
from .tracks import RATE, SAMPLES, Feed, Outlet, Tone

__all__ = [
    "RATE",
    "SAMPLES",
    "BrowserMedia",
    "EchoParty",
    "Feed",
    "MediaStats",
    "Meter",
    "Outlet",
    "PeerOptions",
    "Reading",
    "SilentParty",
    "Tone",
    "ToneParty",
    "mix",
    "party",
]
