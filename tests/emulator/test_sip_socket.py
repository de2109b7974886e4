"""SIP over WebSocket without a browser: what the registrar and the dialogs accept, and what they refuse."""

from collections.abc import AsyncIterator
from hashlib import md5
import re
from typing import Self

import aiohttp
import pytest

from emulator import EmulatedPbx
from emulator.media import BrowserMedia, Tone
from emulator.sip.message import Message, Request, Response, parameter, parse
from tests.emulator.conftest import until

HOST = "127.0.0.1"


def hashed(text: str) -> str:
    return md5(text.encode()).hexdigest()


class Phone:
    """A SIP client that says exactly what a test wants."""

    def __init__(self, pbx: EmulatedPbx, session: aiohttp.ClientSession, extension: str = "1001") -> None:
        self.pbx = pbx
        self.session = session
        self.extension = extension
        self.sequence = 0
        self.socket: aiohttp.ClientWebSocketResponse

    async def connect(self, *, protocols: tuple[str, ...] = ("sip",)) -> Self:
        url = f"{self.pbx.url}/ws?exten={self.extension}"
        self.socket = await self.session.ws_connect(url, protocols=protocols, ssl=self.pbx.client_ssl())
        return self

    def request(self, method: str, number: str = "", *, body: str = "", call: str = "call-1", **more: str) -> Request:
        self.sequence += 1
        user = f"{number}@" if number else ""
        request = Request(method=method, uri=f"sip:{user}{HOST}", body=body)
        headers = {
            "Via": f"SIP/2.0/WSS {HOST};branch=z9hG4bK{self.extension}{self.sequence}",
            "From": f"<sip:{self.extension}@{HOST}>;tag=mine",
            "To": f"<sip:{number or self.extension}@{HOST}>",
            "Call-ID": call,
            "CSeq": f"{self.sequence} {method}",
            "Contact": f"<sip:{self.extension}@{HOST};webclient>",
        }
        for name, value in (headers | {key.replace("_", "-"): value for key, value in more.items()}).items():
            request.headers.add(name, value)
        return request

    async def send(self, message: Message) -> None:
        await self.socket.send_str(message.text())

    async def receive(self) -> Request | Response:
        while (text := await self.socket.receive_str(timeout=5)) == "heartbeat response":
            pass
        return parse(text)

    async def answer(self, code: int = 0) -> Response:
        """The next response, past provisional ones unless that code is wanted."""
        while True:
            message = await self.receive()
            if isinstance(message, Response) and (message.code >= 200 or message.code == code):
                return message

    async def ask(self, message: Request) -> Response:
        await self.send(message)
        return await self.answer()

    def authorised(self, request: Request, challenge: Response) -> Request:
        account = self.pbx.web.lines.sip_account(self.extension)
        assert account is not None
        user, secret = account
        match = re.search(r'nonce="(\w+)"', challenge.get("WWW-Authenticate"))
        assert match is not None
        nonce = match[1]
        proof = hashed(f"{secret}:{nonce}:00000001:c:auth:{hashed(f'{request.method}:{request.uri}')}")
        self.sequence += 1
        request.headers["CSeq"] = f"{self.sequence} {request.method}"
        request.headers["Via"] = f"SIP/2.0/WSS {HOST};branch=z9hG4bK{self.extension}{self.sequence}"
        request.headers["Authorization"] = (
            f'Digest algorithm=MD5, username="{user}", realm="YSAsterisk", nonce="{nonce}", uri="{request.uri}", '
            f'response="{proof}", qop=auth, cnonce="c", nc=00000001'
        )
        return request

    async def register(self, **more: str) -> Response:
        challenge = await self.ask(self.request("REGISTER", **more))
        assert challenge.code == 401
        return await self.ask(self.authorised(self.request("REGISTER", **more), challenge))

    async def invite(self, number: str, body: str, call: str = "call-1", **more: str) -> Request:
        """Send an INVITE as far as its authorised version."""
        challenge = await self.ask(self.request("INVITE", number, body=body, call=call, **more))
        assert challenge.code == 401
        request = self.authorised(self.request("INVITE", number, body=body, call=call, **more), challenge)
        await self.send(request)
        return request


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def phone(pbx: EmulatedPbx, session: aiohttp.ClientSession) -> AsyncIterator[Phone]:
    phone = await Phone(pbx, session).connect()
    yield phone
    await phone.socket.close()


async def test_registers_with_the_right_digest(pbx: EmulatedPbx, phone: Phone) -> None:
    answer = await phone.register()
    assert answer.code == 200
    assert answer.get("Contact") == "<sip:1001@127.0.0.1;webclient>;expires=1800"
    assert pbx.web.sip.registered("1001")


async def test_refuses_an_unasked_or_wrong_digest(pbx: EmulatedPbx, phone: Phone) -> None:
    challenge = await phone.ask(phone.request("REGISTER"))
    proof = phone.authorised(phone.request("REGISTER"), challenge)
    proof.headers["Authorization"] = proof.headers["Authorization"].replace("YSAsterisk", "asterisk")
    assert (await phone.ask(proof)).code == 401
    assert not pbx.web.sip.registered("1001")


async def test_the_socket_belongs_to_one_extension(phone: Phone) -> None:
    await phone.register()
    foreign = phone.request("REGISTER")
    foreign.headers["To"] = f"<sip:1002@{HOST}>"
    assert (await phone.ask(foreign)).code == 403
    stolen = phone.request("INVITE", "1099", body="m=audio")
    stolen.headers["From"] = f"<sip:1002@{HOST}>;tag=mine"
    assert (await phone.ask(stolen)).code == 403


async def test_contacts_are_checked(phone: Phone) -> None:
    assert (await phone.register(Contact=f"<sip:1002@{HOST}>")).code == 403
    assert (await phone.register(Contact=f"<sip:1001@{HOST}>;expires=10")).code == 423
    assert (await phone.register(Contact=f"<sip:1001@{HOST}>;expires=soon")).code == 400


async def test_registering_away(pbx: EmulatedPbx, phone: Phone) -> None:
    await phone.register()
    gone = await phone.register(Contact=f"<sip:1001@{HOST};webclient>;expires=0")
    assert gone.code == 200
    assert not pbx.web.sip.registered("1001")
    assert [entry.device.kind for entry in pbx.switchboard.devices_of("1001")] == ["sip_phone"]


async def test_a_closed_socket_is_no_registration(pbx: EmulatedPbx, phone: Phone) -> None:
    await phone.register()
    await phone.socket.close()
    await until(lambda: not pbx.web.sip.registered("1001"))


@pytest.mark.parametrize("protocols", [(), ("xmpp",)])
async def test_the_sub_protocol_is_wanted(
    pbx: EmulatedPbx, session: aiohttp.ClientSession, protocols: tuple[str, ...]
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await Phone(pbx, session).connect(protocols=protocols)


async def test_an_unknown_extension_gets_no_socket(pbx: EmulatedPbx, session: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await Phone(pbx, session, "7777").connect()


async def test_heartbeats_and_nonsense_are_survived(phone: Phone) -> None:
    for text in ("heartbeat", "", "\r\n\r\n", "nonsense", "INVITE\r\n\r\n"):
        await phone.socket.send_str(text)
    assert (await phone.register()).code == 200


async def test_calls_need_a_registration(phone: Phone) -> None:
    assert (await phone.ask(phone.request("INVITE", "1099", body="m=audio"))).code == 403


async def test_requests_outside_any_dialog(phone: Phone) -> None:
    await phone.register()
    assert (await phone.ask(phone.request("OPTIONS"))).code == 200
    for method in ("BYE", "REFER", "UPDATE", "INFO", "CANCEL"):
        assert (await phone.ask(phone.request(method, "1099", call="unknown"))).code == 481


async def test_offers_that_cannot_be_taken(phone: Phone) -> None:
    await phone.register()
    await phone.invite("1099", "v=0")
    assert (await phone.answer()).code == 488
    await phone.invite("1099", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", call="call-2")
    assert (await phone.answer()).code == 488


@pytest.fixture
async def media() -> AsyncIterator[BrowserMedia]:
    media = BrowserMedia(HOST)
    yield media
    await media.close()


async def connected(phone: Phone, media: BrowserMedia, number: str = "1099", **more: str) -> tuple[Request, Response]:
    """A call from the phone that has been answered and acknowledged."""
    await phone.register()
    invite = await phone.invite(number, await media.offer(), **more)
    answer = await phone.answer()
    assert answer.code == 200
    await media.accept(answer.body)
    ack = phone.request("ACK", number, To=answer.get("To"))
    ack.headers["CSeq"] = f"{invite.cseq} ACK"
    await phone.send(ack)
    return invite, answer


async def test_a_call_with_sound(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    _, answer = await connected(phone, media)
    assert answer.get("Remote-Party-ID").startswith('"Echo test" <sip:1099@127.0.0.1>')
    assert "a=sendrecv" in answer.body
    media.play(Tone(500))
    await until(lambda: abs(media.stats().heard.hz - 500) < 10, 10)
    bye = phone.request("BYE", "1099", To=answer.get("To"))
    assert (await phone.ask(bye)).code == 200
    await until(lambda: not pbx.switchboard.calls)
    assert (await phone.ask(phone.request("BYE", "1099", To=answer.get("To")))).code == 481


async def test_the_challenge_can_be_left_out(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    pbx.web.sip.options.challenge_calls = False
    await phone.register()
    assert (await phone.ask(phone.request("INVITE", "1099", body=await media.offer()))).code == 200


async def test_session_timer_is_answered_when_wanted(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    pbx.web.sip.options.session_expires = 90
    _, answer = await connected(phone, media, Session_Expires="1800")
    assert answer.get("Session-Expires") == "90;refresher=uac"
    assert answer.get("Require") == "timer"
    update = phone.request("UPDATE", "1099", To=answer.get("To"), Session_Expires="90;refresher=uac")
    assert (await phone.ask(update)).get("Session-Expires") == "90;refresher=uac"


async def test_hold_is_answered_with_the_mirror_image(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    _, answer = await connected(phone, media)
    for offered, answered, holding in (
        ("sendonly", "recvonly", True),
        ("inactive", "inactive", True),
        ("sendrecv", "sendrecv", False),
    ):
        body = media.again(offered, offer=True)
        response = await phone.ask(phone.request("INVITE", "1099", body=body, To=answer.get("To")))
        assert response.code == 200
        assert f"a={answered}" in response.body
        leg = pbx.leg("1001")
        assert leg is not None
        await until(lambda leg=leg, holding=holding: leg.holding is holding)


async def test_requests_inside_a_dialog(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    invite, answer = await connected(phone, media)
    to = answer.get("To")
    relay = phone.request(
        "INFO", "1099", body="Signal=5\r\nDuration=160\r\n", To=to, Content_Type="application/dtmf-relay"
    )
    assert (await phone.ask(relay)).code == 200
    leg = pbx.leg("1001")
    assert leg is not None
    await until(lambda: leg.digits == "5")
    assert (await phone.ask(phone.request("OPTIONS", "1099", To=to))).code == 200
    assert (await phone.ask(phone.request("SUBSCRIBE", "1099", To=to))).code == 405
    old = phone.request("INFO", "1099", To=to)
    old.headers["CSeq"] = f"{invite.cseq} INFO"
    assert (await phone.ask(old)).code == 500
    for target, code in (("no address", 400), (f"<sip:1002@{HOST}?Replaces=made%3Bto-tag%3Dup>", 481)):
        assert (await phone.ask(phone.request("REFER", "1099", To=to, Refer_To=target))).code == code


async def test_cancel(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    await phone.register()
    invite = await phone.invite("1005", await media.offer())
    await phone.answer(180)
    cancel = Request(method="CANCEL", uri=invite.uri)
    for name in ("Via", "From", "To", "Call-ID"):
        cancel.headers.add(name, invite.get(name))
    cancel.headers.add("CSeq", f"{invite.cseq} CANCEL")
    await phone.send(cancel)
    first, second = await phone.answer(), await phone.answer()
    assert {(first.cseq_method, first.code), (second.cseq_method, second.code)} == {("CANCEL", 200), ("INVITE", 487)}
    await until(lambda: not pbx.switchboard.calls)


async def called(phone: Phone) -> Request:
    """The INVITE of a call to the phone."""
    while True:
        message = await phone.receive()
        if isinstance(message, Request) and message.method == "INVITE":
            return message


async def test_is_rung_with_name_and_number(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    pbx.web.sip.options.session_expires = 120
    pbx.unplug("1001")
    await phone.register()
    await pbx.desk("1002").dial("1001")
    invite = await called(phone)
    assert invite.uri == "sip:1001@127.0.0.1;webclient"
    assert invite.get("From").startswith('"Ben Carter" <sip:1002@127.0.0.1>;tag=')
    assert invite.get("Session-Expires") == "120"
    assert "a=sendrecv" in invite.body
    await phone.send(invite.reply(180, to_tag="mine", Contact="<sip:1001@127.0.0.1;webclient>"))
    answer = invite.reply(200, to_tag="mine", Contact="<sip:1001@127.0.0.1;webclient>")
    answer.body = await media.answer(invite.body)
    answer.headers["Content-Type"] = "application/sdp"
    await phone.send(answer)
    ack = await phone.receive()
    assert isinstance(ack, Request)
    assert ack.method == "ACK"
    await until(lambda: pbx.desk("1002").talking)
    await pbx.desk("1002").hang_up()
    bye = await phone.receive()
    assert isinstance(bye, Request)
    assert bye.method == "BYE"
    assert parameter(bye.get("To"), "tag") == "mine"
    await phone.send(bye.reply(200))


@pytest.mark.parametrize("code", [486, 480, 603])
async def test_refuses_a_call(pbx: EmulatedPbx, phone: Phone, code: int) -> None:
    pbx.unplug("1001")
    await phone.register()
    await pbx.desk("1002").dial("1001")
    invite = await called(phone)
    await phone.send(invite.reply(code, to_tag="mine"))
    ack = await phone.receive()
    assert isinstance(ack, Request)
    assert (ack.method, ack.branch) == ("ACK", invite.branch)
    await until(lambda: not pbx.switchboard.calls)


async def test_a_late_answer_is_taken_back(pbx: EmulatedPbx, phone: Phone, media: BrowserMedia) -> None:
    pbx.unplug("1001")
    await phone.register()
    await pbx.desk("1002").dial("1001")
    invite = await called(phone)
    await pbx.desk("1002").hang_up()
    cancel = await phone.receive()
    assert isinstance(cancel, Request)
    assert (cancel.method, cancel.branch) == ("CANCEL", invite.branch)
    answer = invite.reply(200, to_tag="mine", Contact="<sip:1001@127.0.0.1;webclient>")
    answer.body = await media.answer(invite.body)
    await phone.send(answer)
    await phone.send(cancel.reply(200))
    methods = []
    for _ in range(2):
        message = await phone.receive()
        assert isinstance(message, Request)
        methods.append(message.method)
        if message.method == "BYE":
            await phone.send(message.reply(200))
    assert methods == ["ACK", "BYE"]
