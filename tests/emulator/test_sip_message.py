"""SIP messages, addresses, digests, directions."""

import contextlib
from hashlib import md5

from hypothesis import given, strategies as st
import pytest

from emulator.media.peer import both, direction_of
from emulator.sip.digest import Challenger, ha1
from emulator.sip.message import Address, BadMessage, Request, Response, parameter, parse

REGISTER = """REGISTER sip:127.0.0.1 SIP/2.0
v: SIP/2.0/WSS 127.0.0.1;branch=z9hG4bK898201
To: <sip:1001@127.0.0.1>
From: <sip:1001@127.0.0.1>;tag=d27a7l8f48
Call-ID: r2nbcvco90tr4v2ds3sghs
CSeq: 1 REGISTER
Contact: <sip:1001@127.0.0.1;webclient>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:86cf1b10>";expires=1800
Supported: path,
  gruu
Content-Length: 0

""".replace("\n", "\r\n")


def test_a_request_is_read() -> None:
    message = parse(REGISTER)
    assert isinstance(message, Request)
    assert (message.method, message.uri, message.cseq) == ("REGISTER", "sip:127.0.0.1", 1)
    assert message.branch == "z9hG4bK898201"
    assert message.get("supported") == "path, gruu"
    contact = message.get("Contact")
    assert Address.parse(contact).uri == "sip:1001@127.0.0.1;webclient"
    assert parameter(contact, "expires") == "1800"
    assert parameter(contact, "+sip.instance") == "<urn:uuid:86cf1b10>"


def test_a_reply_copies_what_it_must() -> None:
    request = parse(REGISTER)
    assert isinstance(request, Request)
    answer = parse(request.reply(401, to_tag="abc", WWW_Authenticate="Digest x").text())
    assert isinstance(answer, Response)
    assert (answer.code, answer.reason) == (401, "Unauthorized")
    assert answer.get("To") == "<sip:1001@127.0.0.1>;tag=abc"
    assert answer.get("Via") == request.get("Via")
    assert answer.get("WWW-Authenticate") == "Digest x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "heartbeat",
        REGISTER.replace("CSeq: 1 REGISTER", "CSeq: one REGISTER"),
        REGISTER.replace("CSeq: 1 REGISTER", "CSeq: 1 INVITE"),
        REGISTER.replace("SIP/2.0\r\n", "HTTP/1.1\r\n", 1),
        REGISTER.replace("Content-Length: 0", "Content-Length: 7"),
        REGISTER.replace("From:", "Frm:"),
        REGISTER.replace("To: ", "To "),
        "SIP/2.0 999 Odd\r\n" + REGISTER.partition("\r\n")[2],
    ],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        parse(text)


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BadMessage):
        parse(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30))
def test_names_survive_quoting(name: str) -> None:
    address = Address("sip:1001@host", name)
    assert Address.parse(f"{address};tag=x").name == name


def test_digest() -> None:
    secret = ha1("reg1001", "YSAsterisk", "secret")
    challenger = Challenger("YSAsterisk")

    def answer(nonce: str, user: str = "reg1001", uri: str = "sip:h", realm: str = "YSAsterisk") -> str:
        part = md5(b"REGISTER:sip:h").hexdigest()
        response = md5(f"{secret}:{nonce}:00000001:c:auth:{part}".encode()).hexdigest()
        return (
            f'Digest algorithm=MD5, username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
            f'response="{response}", qop=auth, cnonce="c", nc=00000001'
        )

    def check(header: str) -> bool:
        return challenger.accepts(header, "REGISTER", "sip:h", "reg1001", secret)

    def nonce() -> str:
        return challenger.challenge().partition('nonce="')[2].partition('"')[0]

    first = nonce()
    assert check(answer(first))
    assert not check(answer(first)), "a nonce is good for one request"
    assert not check(answer(nonce(), user="1001"))
    assert not check(answer(nonce(), uri="sip:other"))
    assert not check(answer(nonce(), realm="other"))
    assert not check(answer("made up"))
    assert not check("Basic abc")
    assert not challenger.accepts(answer(nonce()), "REGISTER", "sip:h", "reg1001", "0" * 32)


def test_directions() -> None:
    assert direction_of("v=0\r\nm=audio 9 X 0\r\n") == "sendrecv"
    assert direction_of("v=0\r\na=inactive\r\nm=audio 9 X 0\r\n") == "inactive"
    assert direction_of("v=0\r\nm=audio 9 X 0\r\na=sendonly\r\nm=video 0 X 0\r\na=recvonly\r\n") == "sendonly"
    assert both("sendrecv", "recvonly") == "recvonly"
    assert both("sendonly", "recvonly") == "inactive"
    assert both("sendonly", "sendrecv") == "sendonly"
