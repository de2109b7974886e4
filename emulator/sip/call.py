"""One call between the PBX and a browser: its dialog, its media, its state."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
import logging
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from emulator.legs import Leg
from emulator.media import BrowserMedia, Tone
from emulator.media.peer import OPPOSITE, both, direction_of

from .dialog import ALLOW, Dialog
from .message import Address, BadMessage, Request, Response, parameter
from .refer import refer

if TYPE_CHECKING:
    from .phone import BrowserPhone

_LOGGER = logging.getLogger(__name__)
MUSIC_HZ = 300.0

type State = Literal["calling", "ringing", "talking", "ended"]


class SipCall:
    """A leg as SIP sees it.

    The signalling answers at once; what the switchboard has to know is queued and told in order, so that a BYE right
    behind a REFER never overtakes it.
    """

    def __init__(self, phone: BrowserPhone, dialog: Dialog, leg: Leg | None = None) -> None:
        self.phone = phone
        self.dialog = dialog
        self.leg = leg
        self.state: State = "calling"
        self.from_browser = leg is None
        self.held_by_browser = False
        self.held_by_far = False
        self.transferring = False
        self.digits = ""
        self.media = BrowserMedia(phone.address, phone.server.options.media, self._digit)
        self.sdp = ""
        self._invite: Request | None = None
        self._reinvite: Request | None = None
        self._partner: tuple[str, str] | None = None
        self._turn = asyncio.Lock()
        self._news: asyncio.Queue[Coroutine[Any, Any, object] | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = False
        self._ending: asyncio.Task[None] | None = None
        self._ringing: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        phone.server.living.add(self)
        self.background(self._tell())

    def background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something that must not hold up the socket; it ends with the call."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._ending is not None and not self._tasks:
            self.phone.server.living.discard(self)

    def tell(self, news: Coroutine[Any, Any, object]) -> None:
        """Queue a report to the switchboard."""
        if self._over:
            news.close()
        else:
            self._news.put_nowait(news)

    async def _tell(self) -> None:
        while (news := await self._news.get()) is not None:
            try:
                await news
            except Exception:
                _LOGGER.exception("The switchboard failed on a report from %s", self.phone.extension)

    # --- a call that the browser starts

    async def dial(self, invite: Request) -> None:
        """Take the browser's INVITE."""
        self._invite = invite
        await self.phone.server.send(self.phone.extension, invite.reply(100))
        self.background(self._route(invite))

    async def _route(self, invite: Request) -> None:
        """Prepare our description, then give the call to the switchboard."""
        try:
            self.sdp = await self.media.answer(invite.body)
        except Exception as err:  # noqa: BLE001 - aiortc raises what its parsers happen to raise
            _LOGGER.warning("Offer of %s refused: %r", self.phone.extension, err)
            await self.refuse(488, "Not Acceptable Here")
            return
        callee = unquote(Address.parse(invite.get("To")).user)
        self.tell(self.phone.originate(self, callee))

    async def _respond(self, code: int, reason: str = "", *, sdp: bool = False) -> None:
        invite = self._invite
        if invite is None:
            return
        response = invite.reply(code, reason, to_tag=self.dialog.local_tag)
        if code < 300:
            response.headers["Contact"] = f"<{self.dialog.contact}>"
            response.headers["Remote-Party-ID"] = self.phone.remote_party(self)
        if sdp:
            response.headers["Content-Type"] = "application/sdp"
            response.body = self.sdp
        if code == 200:
            response.headers["Supported"] = "timer, replaces"
            self._start_timer(response, invite)
        if code >= 200:
            self._invite = None
        await self.phone.server.send(self.phone.extension, response)

    async def progress(self, *, early_media: bool) -> None:
        """180, or 183 with our description."""
        if self.from_browser and self.state in ("calling", "ringing"):
            self.state = "ringing"
            await self._respond(183 if early_media else 180, sdp=early_media)

    async def connect(self) -> None:
        """200 with our description."""
        if self.from_browser and self.state in ("calling", "ringing"):
            self.state = "talking"
            await self._respond(200, sdp=True)

    async def refuse(self, code: int, reason: str) -> None:
        """The call that the browser started failed."""
        if self._invite is not None:
            await self._respond(code, reason)
        await self.end()

    # --- a call to the browser

    def ring(self) -> None:
        """Call the browser."""
        self._ringing = self.background(self._ring())

    async def _ring(self) -> None:
        """Send the INVITE and follow it to its end."""
        options = self.phone.server.options
        self.sdp = await self.media.offer()
        headers = {"Supported": "timer, replaces"}
        if options.session_expires:
            headers["Session_Expires"] = str(options.session_expires)
        invite = self._invite = self.dialog.request("INVITE", self.sdp, **headers)
        response = await self.phone.server.request(
            self.phone.extension, invite, timeout=options.ring_timeout, provisional=self._provisional
        )
        self._invite = None
        if response.code != 408:
            await self._acknowledge(invite, response)
        if response.code >= 300:
            if self.state != "ended":
                assert self.leg is not None
                await self.end()
                await self.phone.server.switchboard.rejected(self.leg, response.code)
            return
        self._learn(response)
        if self.state == "ended":  # the 200 crossed our CANCEL
            await self.request("BYE")
            return
        try:
            await self.media.accept(response.body)
        except Exception as err:  # noqa: BLE001 - see dial
            _LOGGER.warning("Answer of %s refused: %r", self.phone.extension, err)
            await self.hangup()
            return
        self.state = "talking"
        if options.session_expires and "refresher=uac" in response.get("Session-Expires"):
            self._refreshing = self.background(self._refresh(options.session_expires / 2))
        assert self.leg is not None
        self.tell(self.phone.server.switchboard.answered(self.leg, self.media))

    def _provisional(self, response: Response) -> None:
        self._learn(response)
        if response.code >= 180 and self.state == "calling":
            self.state = "ringing"

    def _learn(self, response: Response) -> None:
        self.dialog.remote_tag = parameter(response.get("To"), "tag") or self.dialog.remote_tag
        with suppress(BadMessage):
            self.dialog.target = Address.parse(response.get("Contact")).uri

    async def _acknowledge(self, invite: Request, response: Response) -> None:
        if response.code < 300:
            self._learn(response)
        await self.phone.server.send(self.phone.extension, self.dialog.follow(invite, "ACK", response))

    async def cancel(self) -> None:
        """The caller gave up, or another device answered."""
        invite, self.state = self._invite, "ended"
        if invite is not None:
            cancel = self.dialog.follow(invite, "CANCEL")
            response = await self.phone.server.request(self.phone.extension, cancel)
            if response.code != 200 and self._ringing is not None:  # there is nobody to send the 487 either
                self._ringing.cancel()
        await self.end()

    # --- while talking

    def partner_may_have_changed(self) -> None:
        """After a transfer another party is at the far end: tell the browser who."""
        if self.leg is None or self.state != "talking" or self.held_by_browser:
            return
        partner = self.phone.server.exchange.partner(self.leg)
        if self._partner not in (None, partner):
            self.background(self.reinvite())
        self._partner = partner

    async def hold(self, held: bool) -> None:
        """The far side holds the call, or takes it back."""
        if held == self.held_by_far or self.state != "talking":
            return
        self.held_by_far = held
        self.media.music(Tone(MUSIC_HZ, 0.1) if held else None)
        await self.reinvite()

    async def reinvite(self) -> None:
        """Send our description again with the present direction; says who the partner is."""
        async with self._turn:
            for attempt in range(3):
                if self.state != "talking":
                    return
                sdp = self.media.again(self._direction(), offer=True)
                request = self._reinvite = self.dialog.request(
                    "INVITE", sdp, Remote_Party_ID=self.phone.remote_party(self), Supported="timer, replaces"
                )
                response = await self.phone.server.request(self.phone.extension, request)
                self._reinvite = None
                if response.code != 408:
                    await self._acknowledge(request, response)
                if response.code != 491:
                    break
                await asyncio.sleep(0.3 * (attempt + 1))
            if response.code in (408, 481):
                await self.hangup()

    def _direction(self) -> str:
        """What we want: we send only while the far side holds, and send nothing while the browser does."""
        ours = "sendonly" if self.held_by_far else "sendrecv"
        return both(ours, "recvonly" if self.held_by_browser else "sendrecv")

    async def handle(self, request: Request) -> None:
        """A request of the browser inside this dialog."""
        if request.method == "ACK":
            return
        if request.method == "CANCEL":
            await self._cancelled(request)
            return
        if request.cseq <= self.dialog.remote_sequence:
            await self.reply(request, 500)
            return
        self.dialog.remote_sequence = request.cseq
        match request.method:
            case "INVITE":
                await self._reinvited(request)
            case "BYE":
                await self.reply(request, 200)
                if self.state != "ended":
                    await self._gone()
            case "REFER":
                await refer(self, request)
            case "UPDATE":
                expires = request.get("Session-Expires")
                await self.reply(request, 200, **({"Session_Expires": expires} if expires else {}))
            case "INFO":
                await self.reply(request, 200)
                if request.get("Content-Type").lower() == "application/dtmf-relay":
                    signal = request.body.partition("Signal=")[2][:1]
                    if signal:
                        self._digit(signal)
            case "OPTIONS" | "NOTIFY":
                await self.reply(request, 200)
            case _:
                await self.reply(request, 405, Allow=ALLOW)

    async def reply(self, request: Request, code: int, body: str = "", **headers: str) -> None:
        """Answer a request inside this dialog."""
        response = request.reply(code, to_tag=self.dialog.local_tag, **headers)
        if code < 300 and request.method in ("INVITE", "UPDATE", "REFER"):
            response.headers["Contact"] = f"<{self.dialog.contact}>"
        if body:
            response.body = body
            response.headers["Content-Type"] = "application/sdp"
        await self.phone.server.send(self.phone.extension, response)

    async def _reinvited(self, request: Request) -> None:
        if self.state != "talking":
            await self.reply(request, 491 if self.state != "ended" else 481)
            return
        if self._reinvite is not None:
            await self.reply(request, 491)
            return
        if "m=audio" not in request.body:
            await self.reply(request, 488)
            return
        offered = direction_of(request.body)
        held = offered in ("sendonly", "inactive")
        ours = "sendonly" if self.held_by_far else "sendrecv"
        sdp = self.media.again(both(ours, OPPOSITE[offered]), offer=False)
        headers = {}
        if "Session-Expires" in request.headers:
            headers["Session_Expires"] = request.get("Session-Expires")
        await self.reply(request, 200, sdp, **headers)
        self.media.sending(not held)
        if held != self.held_by_browser:
            self.held_by_browser = held
            assert self.leg is not None
            self.tell(self.phone.server.switchboard.held(self.leg, held))
            if not held:
                self.partner_may_have_changed()

    async def _cancelled(self, request: Request) -> None:
        invite = self._invite
        if invite is None or not self.from_browser:
            await self.reply(request, 481)
            return
        await self.reply(request, 200)
        await self._respond(487)
        await self._gone()

    async def _gone(self) -> None:
        """The browser left: the switchboard hears of it after everything that came before."""
        self.state = "ended"
        self.tell(self._ended())

    async def _ended(self) -> None:
        if self.leg is not None and not self.transferring:
            await self.phone.server.switchboard.ended(self.leg)
        await self.end()

    # --- the end

    async def hangup(self) -> None:
        """The far side hung up."""
        if self.state == "ended":
            return
        if self.state != "talking":
            if self.from_browser:
                await self.refuse(480, "Temporarily Unavailable")
            else:
                await self.cancel()
            return
        self.state = "ended"
        await self.request("BYE")
        await self.end()

    async def end(self) -> None:
        """Free what the call holds, once."""
        self.state = "ended"
        if self._ending is None:
            self._over = True
            self._news.put_nowait(None)
            self.phone.drop(self)
            self._ending = self.background(self.media.close())
            if self._refreshing is not None:
                self._refreshing.cancel()
        # Whoever waits here may be stopped; the peer connection must not stay half closed.
        await asyncio.shield(self._ending)

    async def close(self) -> None:
        """The PBX stops: nothing more is sent."""
        await self.end()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def request(self, method: str, body: str = "", **headers: str) -> Response:
        """Send a request inside this dialog and wait for its answer."""
        request = self.dialog.request(method, body, **headers)
        return await self.phone.server.request(self.phone.extension, request)

    # --- keys and timers

    def _digit(self, digit: str) -> None:
        self.digits += digit
        if self.leg is not None:
            self.tell(self.phone.pressed(self, digit))

    def _start_timer(self, response: Response, invite: Request) -> None:
        options = self.phone.server.options
        if not options.session_expires or "Session-Expires" not in invite.headers:
            return
        response.headers["Session-Expires"] = f"{options.session_expires};refresher={options.refresher}"
        response.headers["Require"] = "timer"
        if options.refresher == "uas":
            self._refreshing = self.background(self._refresh(options.session_expires / 2))

    async def _refresh(self, every: float) -> None:
        while self.state == "talking":
            await asyncio.sleep(every)
            if self.state == "talking":
                await self.request("UPDATE", Session_Expires=f"{int(every * 2)};refresher=uac")
