"""What the browsers' SIP side asks of the PBX around it: accounts, who is at the other end, the record code."""

import secrets
from typing import TYPE_CHECKING

from .house import House
from .legs import Leg
from .linkus_logins import Logins
from .sip.digest import ha1
from .switchboard import Switchboard

if TYPE_CHECKING:
    from .sip.call import SipCall
    from .sip.phone import BrowserPhone

REALM = "YSAsterisk"
RECORD_CODE = "*1"
RECORD_STATUS = 20048


class Lines:
    """The extensions of a house, as :class:`emulator.sip.server.Exchange`. ``passwords`` are those of the SIP accounts."""

    def __init__(self, house: House, board: Switchboard, logins: Logins, passwords: dict[str, str]) -> None:
        self.house = house
        self.board = board
        self.logins = logins
        self.passwords = passwords
        self._recording: dict[str, str] = {}

    def name_of(self, number: str) -> str:
        """The name that the PBX has for a number, empty when it has none."""
        if (entry := self.house.extension(number)) is not None:
            return entry.name
        return next((entry.name for entry in self.house.outside if entry.number == number), "")

    def sip_account(self, extension: str) -> tuple[str, str] | None:
        """Digest user and HA1 of an extension."""
        if self.house.extension(extension) is None:
            return None
        password = self.passwords.setdefault(extension, secrets.token_urlsafe(12))
        user = f"reg{extension}"
        return user, ha1(user, REALM, password)

    def partner(self, leg: Leg) -> tuple[str, str]:
        """Number and name of whoever is, or is to be, at the other end."""
        others = [other for other in leg.call.members if other is not leg and not other.listening]
        best = [other for other in others if other.connected] or [other for other in others if other.placed]
        if best:
            return best[0].number, best[0].name
        if leg.placed:
            number = leg.call.callee_number
            return number, self.name_of(number)
        return leg.call.caller_number, leg.call.caller_name

    def plug(self, extension: str, phone: BrowserPhone) -> None:
        """The browser can be rung from now on."""
        self.board.register(phone, extension)

    def unplug(self, extension: str, phone: BrowserPhone) -> None:
        """It cannot be rung any more."""
        self.board.unregister(phone, extension)

    async def pressed(self, call: SipCall, digit: str) -> None:
        """Watch for the record code."""
        entry = self.house.extension(call.phone.extension)
        if call.leg is None or not call.digits.endswith(RECORD_CODE) or entry is None or not entry.record_permission:
            return
        call.digits = ""
        status = {"stop": "recording", "recording": "pause", "pause": "recording"}[
            self._recording.get(call.leg.call_id, "stop")
        ]
        if status == "recording" and self._recording.get(call.leg.call_id) is None and entry.record_permission < 2:
            return
        await self.record(call, status)

    async def record(self, call: SipCall, status: str, feature: str = "") -> None:
        """Tell the browser that its call is recorded now (``recording``, ``pause``, ``stop``)."""
        if call.leg is None:
            return
        self._recording[call.leg.call_id] = status
        number, _ = self.partner(call.leg)
        ours, theirs = (call.phone.extension, call.dialog.call_id), (number, secrets.token_hex(8))
        caller, callee = (ours, theirs) if call.leg.placed else (theirs, ours)
        payload = {
            "call_feature": feature,
            "caller_origin_number": caller[0],
            "caller_sip_callid": caller[1],
            "callee_origin_number": callee[0],
            "callee_sip_callid": callee[1],
            "record_status": status,
        }
        await self.logins.push(call.phone.extension, RECORD_STATUS, payload)

    def call_over(self, call: SipCall) -> None:
        """Forget the recording of a call."""
        if call.leg is not None:
            self._recording.pop(call.leg.call_id, None)
