"""How the emulated SIP side behaves; every field may be changed while it runs."""

from dataclasses import dataclass, field

from emulator.media import PeerOptions


@dataclass(slots=True)
class SipOptions:
    """Switches for tests and for what only a real PBX could tell.

    ``register_with``: refuse every REGISTER with this code (0: register normally). ``challenge_calls``: ask for digest on
    INVITE as well as on REGISTER. ``session_expires``: seconds written into our INVITEs and 200s (0: no session timer).
    ``refresher``: who renews it in calls that the browser starts (in the others the browser does). ``refuse_refer``: answer to REFER (0: accept).
    ``media``: options of the calls that start from now on.
    """

    register_with: int = 0
    challenge_calls: bool = True
    expires: int = 1800
    min_expires: int = 60
    session_expires: int = 0
    refresher: str = "uac"
    refuse_refer: int = 0
    ring_timeout: float = 60.0
    media: PeerOptions = field(default_factory=PeerOptions)
