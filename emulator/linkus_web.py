"""The Linkus web client's door: login, what a client asks for at start, notifications, and the SIP side plugged in.

Everything is on the PBX's own port: ``/api/v1.0/…``, the notification WebSocket ``/api/v1.0/subscribe`` and the SIP
WebSocket ``/ws``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from aiohttp import web

from .facts import CallEnded, CallMoved, Fact
from .house import ExtensionConfig, House
from .legs import Call, Media
from .linkus_history import PersonalHistory
from .linkus_lines import REALM, RECORD_CODE, Lines
from .linkus_logins import Logins, WebSession
from .media import SilentParty, mix, party
from .sip.server import SipServer
from .switchboard import Switchboard

SESSION = web.RequestKey("session", WebSession)
NOT_AUTHORISED = 10004
CDR_CHANGED = 20049

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Signature = Callable[[str, str], bool]

# A picture of one grey pixel, for the extensions that have a photo.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63680000008200819dc16e6c0000000049454e44ae426082"
)


@dataclass(slots=True)
class WebOptions:
    """Switches for tests. ``fail`` answers a path's last part (``getphoto``) with this errcode, ``slow`` delays it.

    ``login_errcode`` answers every login; ``kick`` tells an earlier login of the same extension that it is replaced.
    ``video``: the plan has calls with pictures.
    """

    login_errcode: int = 0
    plan_disabled: bool = False
    kick: bool = True
    video: bool = False
    access_type: str = ""
    base_oem_id: int | None = 0
    photos: set[str] = field(default_factory=set)
    fail: dict[str, int] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)


class LinkusWeb:
    """The web client's side of one PBX.

    ``signed`` says whether a signature is a valid, unexpired one of that extension. ``before`` is the same side before a
    restart: its switches and SIP passwords stay, its logins do not.
    """

    def __init__(self, house: House, board: Switchboard, signed: Signature, *, before: LinkusWeb | None = None) -> None:
        self.house = house
        self.board = board
        self.signed = signed
        self.options: WebOptions = before.options if before else WebOptions()
        self.logins = Logins(house.serial)
        self.lines: Lines = Lines(house, board, self.logins, before.lines.passwords if before else {})
        self.sip = SipServer(board, self.lines, REALM)
        if before:
            self.sip.options = before.sip.options
        self.logs: list[dict[str, Any]] = []
        self.call_reports: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.history: PersonalHistory = before.history if before else PersonalHistory()
        self._parties: WeakSet[SilentParty] = WeakSet()
        board.media_factory = self._party
        board.bridge.mixer = mix
        board.listeners.append(self._happened)

    def add_routes(self, app: web.Application) -> None:
        """Put everything on the PBX's port."""
        api = "/api/v1.0"
        open_door = {"pbx/getproduct": self._product}
        private = {
            "extension/getpersonalglobal": self._personal_global,
            "licenseservice/get": self._licence,
            "extension/getpersonal": self._personal,
            "extension/getregisterinfo": self._register_info,
            "extension/getphoto": self._photo_of,
            "contacts/matchall": self._match,
            "cdr/searchpersonal": self._cdr,
            "logout": self._logout,
        }
        routes = [web.get(f"{api}/{path}", self._door(path, handler)) for path, handler in open_door.items()]
        routes += [web.get(f"{api}/{path}", self._door(path, self._with_token(h))) for path, h in private.items()]
        routes += [
            web.post(f"{api}/login", self._door("login", self._login)),
            web.post(f"{api}/dct/init", self._door("dct/init", self._with_token(self._nothing))),
            web.post(f"{api}/rascallreport/web", self._door("rascallreport/web", self._with_token(self._report))),
            # A client that could not log in uploads its log too, without a token.
            web.post(f"{api}/systemlog/webclientlog", self._door("systemlog/webclientlog", self._log)),
            web.get("/api/photo/{name}", self._door("photo", self._picture)),
            web.get(f"{api}/subscribe", self.logins.serve),
            web.get("/ws", self.sip.serve),
        ]
        paths = [*open_door, *private, "login", "dct/init", "rascallreport/web", "systemlog/webclientlog"]
        routes += [web.options(f"{api}/{path}", self._preflight) for path in paths]
        app.add_routes(routes)

    def _party(self, sound: str) -> Media | None:
        """What a simulated party sounds like."""
        simulated = party(sound)
        self._parties.add(simulated)
        return simulated

    # --- the rules of the door

    async def _preflight(self, request: web.Request) -> web.Response:
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Origin": request.headers.get("Origin", "*"),
                "Access-Control-Allow-Headers": "authorization,content-type",
                "Access-Control-Allow-Methods": "GET,POST,OPTIONS",
                "Access-Control-Max-Age": "600",
            },
        )

    def _door(self, path: str, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.requests.append(f"{request.method} {path}")
            name = path.rpartition("/")[2]
            await self.board.clock.sleep(self.options.slow.get(name, 0))
            failed = self.options.fail.get(name, 0)
            response = _answer(errcode=failed, errmsg="FAILURE") if failed else await handler(request)
            response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
            return response

        return handle

    def _with_token(self, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            session = self.logins.find(request.headers.get("Authorization", ""))
            if session is None:
                return _answer(errcode=NOT_AUTHORISED, errmsg="TOKEN INVALID")
            request[SESSION] = session
            return await handler(request)

        return handle

    @staticmethod
    def _session(request: web.Request) -> WebSession:
        return request[SESSION]

    def _extension(self, request: web.Request) -> ExtensionConfig | None:
        return self.house.extension(self._session(request).extension)

    # --- login

    async def _product(self, request: web.Request) -> web.Response:
        product: dict[str, Any] = {
            "platform_name": "p_appliance",
            "product_name": self.house.model,
            "product_type": self.house.model,
            "disp_dev_name": self.house.device_name,
            "company_name": "Yeastar",
            "oem_id": 0,
            "version": self.house.firmware,
        }
        if self.options.base_oem_id is not None:
            product["base_oem_id"] = self.options.base_oem_id
        return _answer(access_type=self.options.access_type, product=product)

    async def _login(self, request: web.Request) -> web.Response:
        body = await _body(request)
        if body is None:
            return _answer(errcode=40002, errmsg="PARAMETER ERROR")
        number, signature = body.get("username"), body.get("password")
        if self.options.plan_disabled or not self.house.sdk_plan or not self.house.sdk_enabled:
            return _answer(errcode=70136, errmsg="SDK PLAN DISABLED")
        if self.options.login_errcode:
            return _answer(errcode=self.options.login_errcode, errmsg="LOGIN FAILED")
        known = isinstance(number, str) and self.house.extension(number) is not None
        if not known or not isinstance(signature, str) or not self.signed(str(number), signature):
            return _answer(errcode=self.house.knobs.refused_login_errcode, errmsg="USER OR PASSWORD ERROR")
        source = body.get("login_source")
        session = await self.logins.open(
            str(number), source if isinstance(source, str) else None, kick=self.options.kick
        )
        return _answer(access_token=session.token)

    async def _logout(self, request: web.Request) -> web.Response:
        self.logins.forget(self._session(request))
        return _answer()

    # --- what a client asks for

    async def _personal_global(self, request: web.Request) -> web.Response:
        return _answer(
            enable_nat_fqdn=0,
            fqdn_domain="",
            cloud_domain="",
            turn_port=0,
            record_feature_code=RECORD_CODE,
            enb_internal_client=1,
        )

    async def _licence(self, request: web.Request) -> web.Response:
        services = [
            {"service_name": "fqdn", "status": "connected"},
            {"service_name": "video", "status": "connected" if self.options.video else "unused"},
        ]
        return _answer(subscribe_plan_list=[{"service_list": services}])

    async def _personal(self, request: web.Request) -> web.Response:
        entry = self._extension(request)
        if entry is None:
            return _answer()
        return _answer(
            extension={
                "id": entry.id,
                "number": entry.number,
                "caller_id_name": entry.name,
                "enb_web_client_call_waiting": 1,
                "enb_ctl_record": entry.record_permission,
                "enb_web_client": int(entry.linkus_web),
                "enb_desktop_client": int(entry.linkus_desktop),
            }
        )

    async def _register_info(self, request: web.Request) -> web.Response:
        account = self.lines.sip_account(self._session(request).extension)
        if account is None:
            return _answer(errcode=60001, errmsg="NOT FOUND")
        return _answer(realm=REALM, registername=account[0], registerpassword=account[1])

    async def _match(self, request: web.Request) -> web.Response:
        name = self.lines.name_of(request.query.get("number", ""))
        return _answer(name=name) if name else _answer()

    async def _photo_of(self, request: web.Request) -> web.Response:
        number = request.query.get("ext_num", "")
        return _answer(photo=f"{number}.png" if number in self.options.photos else "")

    async def _picture(self, request: web.Request) -> web.Response:
        if request.match_info["name"].removesuffix(".png") not in self.options.photos:
            raise web.HTTPNotFound
        return web.Response(body=PIXEL, content_type="image/png")

    async def _nothing(self, request: web.Request) -> web.Response:
        return _answer()

    async def _report(self, request: web.Request) -> web.Response:
        if (body := await _body(request)) is not None:
            self.call_reports.append(body)
        return _answer()

    async def _log(self, request: web.Request) -> web.Response:
        if (body := await _body(request)) is not None:
            self.logs.append(body)
        return _answer()

    async def _cdr(self, request: web.Request) -> web.Response:
        total, rows = self.history.page(self._session(request).extension, request.query)
        return _answer(total_number=total, personal_cdr_list=rows)

    # --- the end

    async def close(self) -> None:
        """Stop."""
        await self.sip.close()
        for simulated in list(self._parties):
            await simulated.close()
        await self.logins.close()

    # --- what the switchboard tells

    def _happened(self, fact: Fact) -> None:
        if isinstance(fact, CallMoved):
            for phone in self.sip.phones.values():
                for call in list(phone.calls):
                    if call.leg is not None and call.leg.call is fact.call:
                        call.partner_may_have_changed()
        elif isinstance(fact, CallEnded):
            for member in fact.members:
                if member.role == "extension":
                    self._note(fact.call, member.number)

    def _note(self, call: Call, own: str) -> None:
        number = call.callee_number if call.caller_number == own else call.caller_number
        row = self.history.note(call, own, number, self.lines.name_of(number))
        self.board.spawn(self._tell(own, row))

    async def _tell(self, own: str, row: dict[str, Any]) -> None:
        await self.logins.push(own, CDR_CHANGED, {"ext_num": own, "personal_cdr": row})


def _answer(*, errcode: int = 0, errmsg: str = "SUCCESS", **fields: object) -> web.Response:
    return web.json_response({"errcode": errcode, "errmsg": errmsg, **fields})


async def _body(request: web.Request) -> dict[str, Any] | None:
    if request.content_type != "application/json":
        return None
    try:
        body = await request.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
