"""The browser of one extension as a device of the switchboard."""

import secrets
from typing import TYPE_CHECKING, override

from emulator.legs import Device, Leg

from .call import SipCall
from .dialog import Dialog, new_tag
from .message import Address, Request

if TYPE_CHECKING:
    from .server import SipServer


class BrowserPhone(Device):
    """A registered browser: one per extension, whichever socket currently carries it."""

    kind = "linkus_web"

    def __init__(self, server: SipServer, extension: str, host: str) -> None:
        self.server = server
        self.extension = extension
        self.host = host
        self.address = "127.0.0.1"  # ours, where the browser's socket arrived
        self.calls: list[SipCall] = []

    # --- what the switchboard calls

    @override
    async def ring(self, leg: Leg) -> None:
        binding = self.server.registrar.newest(self.extension)
        if binding is None:
            await self.server.switchboard.rejected(leg, 480)
            return
        number, name = self.server.exchange.partner(leg)
        dialog = Dialog(
            call_id=secrets.token_hex(10),
            local=Address(f"sip:{number}@{self.host}", name),
            remote=Address(f"sip:{self.extension}@{self.host}"),
            target=binding.uri,
            contact=f"sip:{number}@{self.host}:5060;transport=ws",
            sent_by=self.server.sent_by,
            local_tag=new_tag(),
        )
        call = SipCall(self, dialog, leg)
        self.calls.append(call)
        call.ring()

    @override
    async def cancel(self, leg: Leg, reason: str) -> None:
        if call := self.call_of(leg):
            await call.cancel()

    @override
    async def progress(self, leg: Leg, *, early_media: bool) -> None:
        if call := self.call_of(leg):
            await call.progress(early_media=early_media)

    @override
    async def connect(self, leg: Leg) -> None:
        if call := self.call_of(leg):
            await call.connect()

    @override
    async def refuse(self, leg: Leg, code: int, reason: str) -> None:
        if call := self.call_of(leg):
            await call.refuse(code, reason)

    @override
    async def hold(self, leg: Leg, held: bool) -> None:
        if call := self.call_of(leg):
            call.background(call.hold(held))

    @override
    async def hangup(self, leg: Leg, reason: str) -> None:
        if call := self.call_of(leg):
            await call.hangup()

    # --- what the calls need

    def call_of(self, leg: Leg) -> SipCall | None:
        """The call of a leg."""
        for call in self.calls:
            if call.leg is leg:
                return call
        return None

    async def originate(self, call: SipCall, callee: str) -> None:
        """Hand a dialled number to the switchboard."""
        if call.state == "ended":
            return
        call.leg = await self.server.switchboard.originate(self, self.extension, callee)
        call.leg.media = call.media

    async def invited(self, invite: Request) -> None:
        """The browser dials."""
        dialog = Dialog.of_request(invite, f"sip:{self.extension}@{self.host};transport=ws", self.server.sent_by)
        call = SipCall(self, dialog)
        self.calls.append(call)
        await call.dial(invite)

    async def pressed(self, call: SipCall, digit: str) -> None:
        """A key: to the switchboard, and to whoever watches for feature codes."""
        assert call.leg is not None
        await self.server.switchboard.dtmf(call.leg, digit)
        await self.server.exchange.pressed(call, digit)

    def remote_party(self, call: SipCall) -> str:
        """Remote-Party-ID of a call: the partner as the switchboard knows it."""
        number, name = (call.dialog.local.user, "")
        if call.leg is not None:
            number, name = self.server.exchange.partner(call.leg)
        return f"{Address(f'sip:{number}@{self.host}', name)};party=called;privacy=off;screen=no"

    def find(self, call_id: str) -> SipCall | None:
        """The call of a Call-ID."""
        return next((call for call in self.calls if call.dialog.call_id == call_id), None)

    def drop(self, call: SipCall) -> None:
        """A call is over."""
        if call in self.calls:
            self.calls.remove(call)
        self.server.exchange.call_over(call)
