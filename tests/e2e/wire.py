"""What the emulated PBX sees of a browser's call: signalling, packets, sound, keys."""

from dataclasses import dataclass

from demo.conditions import until
from emulator import EmulatedPbx
from emulator.legs import Call
from emulator.media import MediaStats
from emulator.sip.call import SipCall


@dataclass
class Wire:
    """The PBX's end of everything."""

    pbx: EmulatedPbx

    def browser_calls(self, extension: str) -> list[SipCall]:
        """The calls that the browser of an extension carries now.

        A cancelled INVITE whose answer was lost with the socket waits for its time-out; its call is over all the same.
        """
        phone = self.pbx.web.sip.phones.get(extension)
        return [call for call in phone.calls if call.state != "ended"] if phone else []

    async def call_of(self, extension: str, state: str = "talking") -> SipCall:
        """Wait until the browser of an extension has a call in this state (calling, ringing, talking)."""

        def found() -> SipCall | None:
            return next((call for call in self.browser_calls(extension) if call.state == state), None)

        return await until(found, f"a {state} call in the browser of {extension}")

    async def no_call(self, extension: str) -> None:
        """Wait until the browser of an extension has no call."""
        await until(lambda: not self.browser_calls(extension), f"the browser of {extension} to have no call")

    async def hears(self, call: SipCall, hertz: float, *, within: float = 25) -> MediaStats:
        """Wait until the PBX hears a tone of this frequency from the browser."""

        def tone() -> MediaStats | None:
            stats = call.media.stats()
            return stats if abs(stats.heard.hz - hertz) < within and stats.heard.rms > 0.01 else None

        return await until(tone, f"{hertz} Hz at the PBX", limit=20, every=0.2)

    async def hears_nothing(self, call: SipCall) -> MediaStats:
        """Wait until what comes from the browser is silence."""

        def silence() -> MediaStats | None:
            stats = call.media.stats()
            return stats if stats.heard.rms < 0.001 else None

        return await until(silence, "silence at the PBX", limit=10, every=0.2)

    async def registered(self, extension: str) -> None:
        """Wait until the browser of an extension can be rung."""
        registrar = self.pbx.web.sip.registrar
        await until(lambda: registrar.newest(extension) is not None, f"the browser of {extension} to register")

    def instance(self, extension: str) -> str | None:
        """Which registration of a browser is the current one: every new one has an instance of its own."""
        binding = self.pbx.web.sip.registrar.newest(extension)
        return binding.instance if binding else None

    async def drop_socket(self, extension: str) -> None:
        """Cut the SIP socket of a browser, and wait until it has come back over a new one."""
        registrar = self.pbx.web.sip.registrar
        old = registrar.newest(extension)
        assert old is not None
        await self.pbx.web.sip.drop_sockets(extension)

        def back() -> bool:
            new = registrar.newest(extension)
            return new is not None and new.pipe is not old.pipe

        await until(back, f"the browser of {extension} to come back")

    async def ring(self, extension: str, caller: str = "+493055500005", name: str = "Test Subscriber") -> Call:
        """Call an extension from outside."""
        return await self.pbx.call_in(caller, extension, name=name)

    async def over(self, call: Call) -> str:
        """Wait until a call is over; returns its true outcome."""
        await until(lambda: not call.alive, f"call {call.id} to end")
        return self.pbx.books.calls[call.id].outcome

    async def quiet(self) -> None:
        """End every call and see every browser leave."""
        board = self.pbx.switchboard
        for call in list(board.calls.values()):
            for leg in list(call.members):
                if leg.alive:
                    await board.ended(leg)
        await until(lambda: not board.calls, "all calls to end")
