"""The control door: plain HTTP on a loopback port of its own, for ``python -m emulator`` and for hands-on demos.

``GET /calls``, ``GET /books`` and ``GET /info`` read; every other verb is ``POST /<verb>`` with a JSON object:

=============  ==================================================================
ring           to, from, name: somebody calls from outside (returns call_id)
dial           phone, number: the desk phone dials
answer         phone: pick up, waiting up to five seconds for it to ring
reject         phone
hangup         phone
hold, unhold   phone
dtmf           phone, digits
transfer       phone, to: blind
join           phone: attended transfer of the phone's two calls
script         phone, does (manual, answer, reject, busy, silent), after
presence       number, presence
trunk          name, status (integer)
plug, unplug   phone: registration of the desk phone
event          type, msg: any event
drop           count, types: lose the next events
delay          seconds, count, types
duplicate      count, types
reorder        count, types
corrupt        count, types
clean          no more faults
sockets        cut every event WebSocket
expire         every access token is too old
unblock        lift the blocks of addresses
knob           name, value: set an unsettled reading
restart        away: seconds out of service
=============  ==================================================================

The answer is ``{"ok": true, ...}`` or, with HTTP 400, ``{"ok": false, "error": "…"}``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any, Self

from aiohttp import web

from .facts import Member
from .house import PhoneScript
from .knobs import Knobs
from .pbx import EmulatedPbx

type Order = dict[str, Any]


class Control:
    """Serves the verbs for one PBX."""

    def __init__(self, pbx: EmulatedPbx) -> None:
        self._pbx = pbx
        self._runner: web.AppRunner | None = None
        self.port = 0
        self.verbs: dict[str, Callable[[Order], Awaitable[Order]]] = {
            name.removeprefix("do_"): getattr(self, name) for name in dir(self) if name.startswith("do_")
        }

    async def start(self, port: int = 0) -> Self:
        """Serve on the loopback."""
        app = web.Application()
        app.router.add_get("/calls", self._calls)
        app.router.add_get("/books", self._books)
        app.router.add_get("/info", self._info)
        app.router.add_post("/{verb}", self._order)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _order(self, request: web.Request) -> web.Response:
        verb = self.verbs.get(request.match_info["verb"])
        if request.content_type != "application/json":  # no page in a browser can send this across origins
            return web.json_response({"ok": False, "error": "Send JSON"}, status=415)
        if verb is None:
            return web.json_response({"ok": False, "error": "No such verb"}, status=404)
        try:
            order = await request.json()
            return web.json_response({"ok": True, **await verb(order)})
        except (LookupError, ValueError, TypeError, AttributeError, TimeoutError) as error:
            return web.json_response({"ok": False, "error": f"{type(error).__name__}: {error}"}, status=400)

    async def _info(self, request: web.Request) -> web.Response:
        del request
        pbx = self._pbx
        return web.json_response(
            {"url": pbx.url, "fingerprint": pbx.ssl_fingerprint, "certificate": pbx.certificate_pem}
        )

    async def _calls(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(
            [
                {"call_id": call.id, "type": call.kind, "members": [Member.of(leg).as_json() for leg in call.members]}
                for call in self._pbx.switchboard.calls.values()
            ]
        )

    async def _books(self, request: web.Request) -> web.Response:
        del request
        books = self._pbx.books
        return web.json_response(
            {
                "calls": [record.as_json() for record in books.calls.values()],
                "events": [{"at": e.at, "type": e.type, "msg": e.msg} for e in books.events[-200:]],
                "requests": [
                    {"at": r.at, "method": r.method, "path": r.path, "errcode": r.errcode}
                    for r in books.requests[-200:]
                ],
            }
        )

    # -- verbs -------------------------------------------------------------------------------------------------------

    async def do_ring(self, order: Order) -> Order:
        """Somebody calls from outside."""
        call = await self._pbx.call_in(order.get("from", "+493055500005"), order["to"], name=order.get("name", ""))
        return {"call_id": call.id}

    async def do_dial(self, order: Order) -> Order:
        """A desk phone dials."""
        leg = await self._pbx.desk(order["phone"]).dial(order["number"])
        return {"call_id": leg.call_id}

    async def do_answer(self, order: Order) -> Order:
        """Pick up."""
        return {"call_id": (await self._pbx.phone(order["phone"]).answer()).call_id}

    async def do_reject(self, order: Order) -> Order:
        """Decline."""
        return {"call_id": (await self._pbx.phone(order["phone"]).reject()).call_id}

    async def do_hangup(self, order: Order) -> Order:
        """Hang up."""
        return {"call_id": (await self._pbx.phone(order["phone"]).hang_up()).call_id}

    async def do_hold(self, order: Order) -> Order:
        """Hold."""
        return {"call_id": (await self._pbx.phone(order["phone"]).hold_call()).call_id}

    async def do_unhold(self, order: Order) -> Order:
        """Take the call back."""
        return {"call_id": (await self._pbx.phone(order["phone"]).hold_call(False)).call_id}

    async def do_dtmf(self, order: Order) -> Order:
        """Press keys."""
        return {"call_id": (await self._pbx.phone(order["phone"]).press(str(order["digits"]))).call_id}

    async def do_transfer(self, order: Order) -> Order:
        """Transfer blind."""
        return {"accepted": await self._pbx.phone(order["phone"]).send_to(str(order["to"]))}

    async def do_join(self, order: Order) -> Order:
        """Transfer attended."""
        return {"accepted": await self._pbx.phone(order["phone"]).join()}

    async def do_script(self, order: Order) -> Order:
        """Change what a phone does when it rings."""
        phone = self._pbx.phone(order["phone"])
        if order["does"] not in ("manual", "answer", "reject", "busy", "silent"):
            raise ValueError(order["does"])
        phone.script = PhoneScript(order["does"], float(order.get("after", 0)), phone.script.sound)
        return {}

    async def do_presence(self, order: Order) -> Order:
        """Change a presence."""
        self._pbx.set_presence(order["number"], order["presence"])
        return {}

    async def do_trunk(self, order: Order) -> Order:
        """Change a trunk's status."""
        self._pbx.set_trunk_status(order["name"], int(order["status"]))
        return {}

    async def do_plug(self, order: Order) -> Order:
        """Register a desk phone."""
        self._pbx.plug_in(order["phone"])
        return {}

    async def do_unplug(self, order: Order) -> Order:
        """Take a desk phone off the network."""
        self._pbx.unplug(order["phone"])
        return {}

    async def do_event(self, order: Order) -> Order:
        """Send any event."""
        if not isinstance(msg := order.get("msg", {}), dict):
            raise TypeError("msg is an object")
        self._pbx.event(int(order["type"]), msg)
        return {}

    async def do_drop(self, order: Order) -> Order:
        """Lose events."""
        self._pbx.drop(int(order.get("count", 1)), *order.get("types", []))
        return {}

    async def do_delay(self, order: Order) -> Order:
        """Delay events."""
        self._pbx.delay(float(order["seconds"]), int(order.get("count", 1_000_000)), *order.get("types", []))
        return {}

    async def do_duplicate(self, order: Order) -> Order:
        """Send events twice."""
        self._pbx.duplicate(int(order.get("count", 1)), *order.get("types", []))
        return {}

    async def do_reorder(self, order: Order) -> Order:
        """Send events in reverse."""
        self._pbx.reorder(int(order.get("count", 2)), *order.get("types", []))
        return {}

    async def do_corrupt(self, order: Order) -> Order:
        """Cut events in half."""
        self._pbx.corrupt(int(order.get("count", 1)), *order.get("types", []))
        return {}

    async def do_clean(self, order: Order) -> Order:
        """No more faults."""
        del order
        self._pbx.no_faults()
        return {}

    async def do_sockets(self, order: Order) -> Order:
        """Cut the event sockets."""
        del order
        await self._pbx.drop_sockets()
        return {}

    async def do_expire(self, order: Order) -> Order:
        """Age every access token."""
        del order
        self._pbx.tokens.expire_all()
        return {}

    async def do_unblock(self, order: Order) -> Order:
        """Lift the blocks."""
        del order
        self._pbx.guard.unblock()
        return {}

    async def do_knob(self, order: Order) -> Order:
        """Set a knob."""
        name, value = order["name"], order["value"]
        if name not in {entry.name for entry in fields(Knobs)}:
            raise ValueError(f"No knob {name}")
        if isinstance(getattr(self._pbx.knobs, name), frozenset):
            value = frozenset(value)
        if type(value) is not type(getattr(self._pbx.knobs, name)) and not isinstance(value, int | float):
            raise TypeError(f"{name} is a {type(getattr(self._pbx.knobs, name)).__name__}")
        setattr(self._pbx.knobs, name, value)
        return {}

    async def do_restart(self, order: Order) -> Order:
        """Restart."""
        await self._pbx.restart(away=float(order.get("away", 0)))
        return {}
