"""The emulated P-Series PBX as a Python object.

    async with EmulatedPbx() as pbx:                     # https on a free port of 127.0.0.1, a new certificate
        pbx.url, pbx.certificate_pem, pbx.ssl_fingerprint
        call = await pbx.call_in("+4930123456", "1001")  # somebody calls extension 1001 from outside
        await pbx.desk("1001").answer()                  # its desk phone picks up
        await pbx.outside("+4930123456").hang_up()
        pbx.books.calls[call.id].outcome                 # "ANSWERED"

Everything the PBX is set up with is in ``pbx.house`` (:func:`emulator.house.demo_house`), the unsettled readings of the
protocol in ``pbx.knobs``. Pass a :class:`emulator.clock.ManualClock` to move time by hand.

Verbs: ``call_in`` ``dial`` ``desk`` ``outside`` ``set_presence`` ``set_trunk_status`` ``event`` ``drop`` ``delay``
``duplicate`` ``reorder`` ``corrupt`` ``drop_sockets`` ``restart``.
"""

import asyncio
from collections.abc import Callable
import ssl
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from .certificate import Certificate, self_signed
from .clock import Clock
from .core import Core
from .delivery import Faults
from .house import House, OutsideNumber, PhoneScript
from .knobs import Knobs
from .legs import Call, Device, Leg
from .linkus_web import LinkusWeb
from .openapi.server import LARGEST_BODY, OpenApi
from .simulated import DeskPhone, OutsidePhone, SimulatedPhone
from .subscribe import Subscriptions


class EmulatedPbx(Core):
    """One PBX: its web server, its switchboard, its simulated telephones."""

    def __init__(
        self,
        house: House | None = None,
        *,
        clock: Clock | None = None,
        knobs: Knobs | None = None,
        certificate_names: tuple[str, ...] = (),
        certificate: Certificate | None = None,
    ) -> None:
        super().__init__(house, clock, knobs)
        self.switchboard.trunk_device = self._trunk_device
        self.api = OpenApi(self)
        self.subscriptions = Subscriptions(self, self.api)
        self.on_stop: list[
            Callable[[], Any]
        ] = []  # called (awaited when it returns an awaitable) before the server stops
        self._web: LinkusWeb | None = None
        self._certificate_names = certificate_names
        self._certificate = certificate
        self._runner: web.AppRunner | None = None
        self._desks: dict[str, DeskPhone] = {}
        self._outside: dict[str, OutsidePhone] = {}
        self._address: tuple[str, int, bool] = ("127.0.0.1", 0, True)

    # -- life --------------------------------------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0, *, tls: bool = True) -> Self:
        """Serve. Port 0 takes a free one."""
        if tls and self._certificate is None:
            self._certificate = await asyncio.to_thread(self_signed, *self._certificate_names)
        context: ssl.SSLContext | None = None
        if tls and self._certificate is not None:
            context = await asyncio.to_thread(self._certificate.server_context)
        await self.delivery.start()
        self._plug_in_desk_phones()
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/", _front_page)
        app.router.add_get("/openapi/v1.0/subscribe", self.subscriptions.handle)
        app.router.add_route("*", "/openapi/{tail:.*}", self.api.handle)
        app.router.add_get("/api/download/{key}/{name}", self.api.download)
        self._web = LinkusWeb(self.house, self.switchboard, self.signatures.check, before=self._web)
        self._web.add_routes(app)
        self.on_stop.append(self._web.close)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, ssl_context=context)
        await site.start()
        self._address = (host, int(self._runner.addresses[0][1]), tls)
        return self

    async def stop(self) -> None:
        """Stop serving; calls end without a word."""
        for callback in self.on_stop:
            result = callback()
            if asyncio.iscoroutine(result):
                await result
        await self.switchboard.close()
        await self.delivery.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def restart(self, *, away: float = 0.0) -> None:
        """Restart on the same port: calls, tokens and sockets are lost, the configuration and the history stay."""
        host, port, tls = self._address
        await self.stop()
        self.tokens.forget_all()
        self.guard.unblock()
        self._desks.clear()
        self._outside.clear()
        self.switchboard = self.new_switchboard()
        self.switchboard.trunk_device = self._trunk_device
        self.on_stop.clear()
        await self.clock.sleep(away)
        self.started_at = self.clock.now()
        await self.start(host, port, tls=tls)

    async def __aenter__(self) -> Self:
        """Start on a free port of the loopback, unless it is running."""
        return self if self._runner is not None else await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    # -- identity ----------------------------------------------------------------------------------------------------

    @property
    def web(self) -> LinkusWeb:
        """The web client's side; RuntimeError before the first start."""
        if self._web is None:
            raise RuntimeError("Not started")
        return self._web

    @property
    def host(self) -> str:
        """The name clients use: the certificate has it."""
        return "127.0.0.1" if self._address[0] in ("0.0.0.0", "") else self._address[0]  # noqa: S104

    @property
    def port(self) -> int:
        """The port it serves on."""
        return self._address[1]

    @property
    def url(self) -> str:
        """Base address, without a path."""
        return f"{'https' if self._address[2] else 'http'}://{self.host}:{self.port}"

    @property
    def certificate_pem(self) -> str:
        """The certificate, which clients may use as their authority; empty without TLS."""
        return self._certificate.certificate_pem if self._certificate else ""

    @property
    def ssl_fingerprint(self) -> str:
        """SHA-256 of the certificate, lower-case hex; empty without TLS."""
        return self._certificate.sha256 if self._certificate else ""

    def client_ssl(self) -> ssl.SSLContext:
        """A context that trusts this PBX and nobody else."""
        if self._certificate is None:
            raise RuntimeError("Served without TLS")
        return self._certificate.client_context()

    # -- telephones --------------------------------------------------------------------------------------------------

    def _plug_in_desk_phones(self) -> None:
        for extension in self.house.extensions:
            if extension.phone is not None and extension.number not in self._desks:
                phone = DeskPhone(self.switchboard, extension.number, extension.phone)
                self._desks[extension.number] = phone
                self.switchboard.register(phone, extension.number)

    def desk(self, number: str) -> DeskPhone:
        """The simulated desk phone of an extension; KeyError when it has none."""
        return self._desks[number]

    def unplug(self, number: str) -> None:
        """Take the desk phone of an extension off the network."""
        self.switchboard.unregister(self._desks[number])

    def plug_in(self, number: str) -> DeskPhone:
        """Put the desk phone of an extension back, or give it one."""
        phone = self._desks.get(number)
        if phone is None:
            phone = self._desks[number] = DeskPhone(self.switchboard, number)
        self.switchboard.register(phone, number)
        return phone

    def outside(self, number: str) -> OutsidePhone:
        """The telephone of a subscriber of the outside world."""
        if number not in self._outside:
            entry = next((e for e in self.house.outside if e.number == number), None) or OutsideNumber(
                number, script=PhoneScript("answer", 0.5) if self.house.outside_answers else PhoneScript()
            )
            self._outside[number] = OutsidePhone(self.switchboard, number, entry.script)
        return self._outside[number]

    def phone(self, number: str) -> SimulatedPhone:
        """The desk phone of an extension, or the telephone of a number outside."""
        if number in self._desks:
            return self._desks[number]
        if self.house.extension(number) is not None:
            raise LookupError(f"Extension {number} has no desk phone")
        return self.outside(number)

    def _trunk_device(self, trunk: str, number: str) -> Device | None:
        del trunk
        return self.outside(number)

    # -- verbs -------------------------------------------------------------------------------------------------------

    async def call_in(self, caller: str, to: str, *, name: str = "", trunk: str | None = None) -> Call:
        """Somebody calls from outside. ``to`` is a DID, or an extension or group to reach directly."""
        line = self.house.trunk(trunk) if trunk else next(iter(self.house.trunks), None)
        if line is None:
            raise LookupError("No such trunk")
        if to in line.dids:
            did, target = to, line.dids[to]
        else:
            did = next((d for d, t in line.dids.items() if t == to), next(iter(line.dids), to))
            target = to
        if not name:
            name = next((e.name for e in self.house.outside if e.number == caller), "")
        leg = await self.outside(caller).call(line.name, did, target, name)
        return leg.call

    def drop(self, count: int = 1, *types: int) -> None:
        """Lose the next events."""
        self.delivery.faults = Faults(frozenset(types), drop=count)

    def delay(self, seconds: float, count: int = 1_000_000, *types: int) -> None:
        """Send the next events late."""
        self.delivery.faults = Faults(frozenset(types), delay=count, delay_seconds=seconds)

    def duplicate(self, count: int = 1, *types: int) -> None:
        """Send the next events twice."""
        self.delivery.faults = Faults(frozenset(types), duplicate=count)

    def reorder(self, count: int = 2, *types: int) -> None:
        """Hold that many events back, then send them the newest first."""
        self.delivery.faults = Faults(frozenset(types), reorder=count)

    def corrupt(self, count: int = 1, *types: int) -> None:
        """Cut the next events in half."""
        self.delivery.faults = Faults(frozenset(types), corrupt=count)

    def no_faults(self) -> None:
        """Everything arrives again; what is held back goes out now."""
        self.delivery.flush()
        self.delivery.faults = Faults()

    async def drop_sockets(self) -> None:
        """Cut every event socket."""
        await self.subscriptions.drop()

    def leg(self, number: str) -> Leg | None:
        """The newest living leg of a number."""
        legs = [leg for call in self.switchboard.calls.values() for leg in call.members if leg.number == number]
        return legs[-1] if legs else None


async def _front_page(_request: web.Request) -> web.Response:
    """What somebody sees who opens the address to accept the certificate."""
    return web.Response(
        text="This is the emulated PBX. Your browser accepts its certificate now: you can close this page."
    )
