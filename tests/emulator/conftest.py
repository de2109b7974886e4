"""A PBX on a free port, and a client that knows nothing but HTTP."""

from collections.abc import AsyncIterator
from typing import Any, Self

import aiohttp
import pytest

from emulator import EmulatedPbx, House
from emulator.clock import ManualClock
from tests.watched_house import _sockets, clock, house, until

__all__ = ["_sockets", "clock", "house", "until"]


class Api:
    """Speaks to the Open API as the documents say, with a token where there is one."""

    def __init__(self, pbx: EmulatedPbx, session: aiohttp.ClientSession) -> None:
        self.pbx = pbx
        self.session = session
        self.ssl = pbx.client_ssl()
        self.token = ""

    async def log_in(self, username: str = "demoApiClientId", password: str = "demoApiClientSecret") -> Self:
        answer = await self.post("get_token", username=username, password=password)
        assert answer["errcode"] == 0, answer
        self.token = answer["access_token"]
        return self

    def _query(self, more: dict[str, Any]) -> dict[str, Any]:
        return ({"access_token": self.token} if self.token else {}) | more

    async def raw(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        response = await self.session.request(method, f"{self.pbx.url}{path}", ssl=self.ssl, **options)
        await response.read()
        return response

    async def get(self, path: str, version: str = "v1.0", **query: Any) -> dict[str, Any]:
        response = await self.raw("GET", f"/openapi/{version}/{path}", params=self._query(query))
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        response = await self.raw("POST", f"/openapi/v1.0/{path}", params=self._query({}), json=body)
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer

    async def code(self, path: str, **query: Any) -> int:
        return int((await self.get(path, **query))["errcode"])

    async def post_code(self, path: str, **body: Any) -> int:
        return int((await self.post(path, **body))["errcode"])

    async def subscribe(self, *topics: int) -> aiohttp.ClientWebSocketResponse:
        socket = await self.session.ws_connect(
            f"{self.pbx.url}/openapi/v1.0/subscribe", params={"access_token": self.token}, ssl=self.ssl, autoping=True
        )
        await socket.send_json({"topic_list": list(topics)})
        assert await socket.receive_json(timeout=5) == {"errcode": 0, "errmsg": "SUCCESS"}
        return socket


@pytest.fixture
async def pbx(house: House, clock: ManualClock) -> AsyncIterator[EmulatedPbx]:
    """A PBX whose time the test moves."""
    async with EmulatedPbx(house, clock=clock) as pbx:
        yield pbx


@pytest.fixture
async def anonymous(pbx: EmulatedPbx) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession(headers={"User-Agent": "OpenAPI"}) as session:
        yield Api(pbx, session)


@pytest.fixture
async def api(anonymous: Api) -> Api:
    return await anonymous.log_in()
