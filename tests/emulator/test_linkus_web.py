"""The web client's door without a client: who gets in, and with what words the others are sent away."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from emulator import EmulatedPbx
from tests.emulator.conftest import until

ORIGIN = {"Origin": "http://house.example"}


class Client:
    """A web client that does only what a test tells it to."""

    def __init__(self, pbx: EmulatedPbx, session: aiohttp.ClientSession) -> None:
        self.pbx = pbx
        self.session = session
        self.ssl = pbx.client_ssl()
        self.token = ""

    async def raw(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        headers = ORIGIN | ({"Authorization": self.token} if self.token else {}) | options.pop("headers", {})
        url = f"{self.pbx.url}/api/v1.0/{path}"
        response = await self.session.request(method, url, headers=headers, ssl=self.ssl, **options)
        await response.read()
        return response

    async def get(self, path: str) -> dict[str, Any]:
        response = await self.raw("GET", path)
        assert response.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN["Origin"])
        answer: dict[str, Any] = await response.json()
        return answer

    async def login(self, extension: str = "1001", signature: str | None = None) -> int:
        sign = self.pbx.signatures.create(extension, 0).sign if signature is None else signature
        body = {"username": extension, "password": sign, "login_source": None, "login_jump": "sdk"}
        answer = await (await self.raw("POST", "login", json=body)).json()
        self.token = answer.get("access_token", "")
        return int(answer["errcode"])

    async def subscribe(self, *topics: int) -> aiohttp.ClientWebSocketResponse:
        url = f"{self.pbx.url}/api/v1.0/subscribe?access_token={self.token}"
        socket = await self.session.ws_connect(url, ssl=self.ssl)
        await socket.send_json({"topic_list": list(topics)})
        assert (await socket.receive_json())["errcode"] == 0
        return socket


@pytest.fixture
async def client(pbx: EmulatedPbx) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(pbx, session)


async def test_the_product_is_open_to_all(client: Client) -> None:
    answer = await client.get("pbx/getproduct?host=x")
    assert answer["errcode"] == 0
    assert answer["product"]["base_oem_id"] == 0


async def test_browsers_may_ask_from_anywhere(client: Client) -> None:
    answer = await client.raw(
        "OPTIONS",
        "extension/getpersonal",
        headers={"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"},
    )
    assert answer.status == 204
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN["Origin"]


PRIVATE = [
    "extension/getpersonalglobal",
    "licenseservice/get",
    "extension/getpersonal",
    "extension/getregisterinfo",
    "extension/getphoto?ext_num=1002",
    "contacts/matchall?number=1002",
    "cdr/searchpersonal",
    "logout",
]


@pytest.mark.parametrize("path", PRIVATE)
async def test_nothing_private_without_the_token(client: Client, path: str) -> None:
    assert (await client.get(path))["errcode"] == 10004
    client.token = "Bearer made-up"
    assert (await client.get(path))["errcode"] == 10004


@pytest.mark.parametrize("path", PRIVATE)
async def test_everything_with_it(client: Client, path: str) -> None:
    assert await client.login() == 0
    assert (await client.get(path))["errcode"] == 0


async def test_a_wrong_body_is_no_login(client: Client) -> None:
    assert await client.login(signature="wrong") != 0
    assert await client.login("7777") != 0
    for body in (b"{", b"[]", b'"x"'):
        response = await client.raw("POST", "login", data=body, headers={"Content-Type": "application/json"})
        assert (await response.json())["errcode"] != 0


async def test_the_registration_is_the_hash_of_the_password(client: Client) -> None:
    await client.login()
    answer = await client.get("extension/getregisterinfo")
    assert answer["realm"] == "YSAsterisk"
    assert answer["registername"] == "reg1001"
    assert len(answer["registerpassword"]) == 32


async def test_a_signature_made_by_the_open_api_lets_in(client: Client, pbx: EmulatedPbx) -> None:
    base = f"{pbx.url}/openapi/v1.0"
    options: dict[str, Any] = {"ssl": client.ssl, "headers": {"User-Agent": "OpenAPI"}}
    pair = {"username": pbx.house.sdk.username, "password": pbx.house.sdk.password}
    async with client.session.post(f"{base}/get_token", json=pair, **options) as response:
        token = (await response.json())["access_token"]
    wish = {"username": "1001", "sign_type": "sdk", "expire_time": 0}
    async with client.session.post(f"{base}/sign/create?access_token={token}", json=wish, **options) as response:
        answer = await response.json()
    assert await client.login(signature=answer["data"]["sign"]) == 0


async def test_pushes_go_to_those_who_asked(client: Client, pbx: EmulatedPbx) -> None:
    await client.login()
    socket = await client.subscribe(20047)
    await socket.send_str("heartbeat")
    assert await socket.receive_str() == "heartbeat response"
    assert await pbx.web.logins.push("1001", 20049, {}) == 0
    assert await pbx.web.logins.push("1002", 20047, {}) == 0
    assert await pbx.web.logins.push("1001", 20047, {"enb_ctl_record": 0}) == 1
    push = await socket.receive_json()
    assert (push["type"], push["msg"]) == (20047, '{"enb_ctl_record": 0}')
    for nonsense in ("no json", "[]", '{"topic_list": 7}', '{"topic_list": ["20048"]}'):
        await socket.send_str(nonsense)
    await socket.close()


async def test_the_newer_login_throws_the_older_out(client: Client, pbx: EmulatedPbx) -> None:
    await client.login()
    socket = await client.subscribe(10000)
    first = client.token
    await client.login()
    assert (await socket.receive_json())["type"] == 10000
    assert [session.token for session in pbx.web.logins.of("1001")] == [client.token]
    client.token = first
    assert (await client.get("extension/getpersonal"))["errcode"] == 10004
    await socket.close()


async def test_no_notifications_without_a_login(client: Client) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.subscribe(10000)


async def test_logout_ends_the_token(client: Client) -> None:
    await client.login()
    assert (await client.get("logout"))["errcode"] == 0
    assert (await client.get("extension/getpersonal"))["errcode"] == 10004


async def test_the_history_can_be_searched(client: Client, pbx: EmulatedPbx) -> None:
    await client.login()
    await pbx.desk("1001").dial("1099")
    await pbx.desk("1001").wait("talking")
    await pbx.desk("1001").hang_up()
    await pbx.desk("1001").dial("1097")
    await until(lambda: not pbx.switchboard.calls)
    await pbx.desk("1002").dial("1001")
    await pbx.desk("1001").wait("ringing")
    await pbx.desk("1002").hang_up()
    await until(lambda: not pbx.switchboard.calls)
    everything = await client.get("cdr/searchpersonal?page=1&page_size=20&sort_by=time&order_by=desc&status=0")
    assert everything["total_number"] == 3
    outgoing = await client.get("cdr/searchpersonal?status=3")
    assert {row["number"] for row in outgoing["personal_cdr_list"]} == {"1099", "1097"}
    missed = await client.get("cdr/searchpersonal?status=2")
    assert [row["number"] for row in missed["personal_cdr_list"]] == ["1002"]
    assert (await client.get("cdr/searchpersonal?number=1099"))["total_number"] == 1
    assert len((await client.get("cdr/searchpersonal?page=2&page_size=2"))["personal_cdr_list"]) == 1


async def test_photos(client: Client, pbx: EmulatedPbx) -> None:
    pbx.web.options.photos.add("1002")
    await client.login()
    assert (await client.get("extension/getphoto?ext_num=1002"))["photo"] == "1002.png"
    assert (await client.get("extension/getphoto?ext_num=1003"))["photo"] == ""
    for name, status in (("1002.png", 200), ("1003.png", 404)):
        async with client.session.get(f"{pbx.url}/api/photo/{name}", ssl=client.ssl) as response:
            assert response.status == status


async def test_faults_on_demand(client: Client, pbx: EmulatedPbx) -> None:
    await client.login()
    pbx.web.options.fail["getphoto"] = 500
    assert (await client.get("extension/getphoto?ext_num=1002"))["errcode"] == 500
    pbx.web.options.plan_disabled = True
    assert await client.login() == 70136


async def test_a_restart_forgets_logins_and_keeps_the_rest(client: Client, pbx: EmulatedPbx) -> None:
    await client.login()
    before = await client.get("extension/getregisterinfo")
    pbx.web.options.photos.add("1002")
    await pbx.restart()
    assert (await client.get("extension/getpersonal"))["errcode"] == 10004
    await client.login()
    assert await client.get("extension/getregisterinfo") == before
    assert pbx.web.options.photos == {"1002"}
