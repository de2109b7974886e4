"""Who gets what: one signature for one's own extension, and no other secret anywhere."""

import asyncio
import json

from playwright.async_api import Page, Response, WebSocket
import pytest

from demo import dashboard
from demo.house import ANNA, BEN, DOMAIN, House
from demo.session import Refused
from tests.e2e.phone_page import OpenPhone
from tests.e2e.wire import Wire


async def test_nobody_gets_another_persons_signature(house: House, wire: Wire) -> None:
    """Neither the ordinary user nor the administrator may register somebody else's extension."""
    for asker, owner in ((house.ben, house.anna), (house.anna, house.ben)):
        foreign = (await house.phone(owner))["phone_id"]
        for command, fields in (
            ("phone/signature", {"browser_id": "intruder"}),
            ("phone/lease", {"browser_id": "intruder", "browser_name": "Intruder", "take_over": True}),
            ("phone/dial", {"number": "1099", "auto_answer": False}),
            ("phone/subscribe", {}),
        ):
            with pytest.raises(Refused) as refusal:
                await asker.command(f"{DOMAIN}/{command}", phone_id=foreign, **fields)
            assert refusal.value.code in ("not_found", "not_allowed", "unauthorized")
    assert not wire.pbx.switchboard.calls


async def test_a_signature_needs_the_lease(house: House, wire: Wire) -> None:
    """Even one's own extension: a connection that does not hold the registration gets no signature."""
    phone = await house.phone(house.ben)
    with pytest.raises(Refused) as refusal:
        await house.ben.command(f"{DOMAIN}/phone/signature", phone_id=phone["phone_id"], browser_id="tests")
    assert refusal.value.code == "lease_held"


async def test_an_ordinary_user_may_not_dial_for_somebody_else(house: House, wire: Wire) -> None:
    """The action checks the extension as the browser door does."""
    with pytest.raises(Refused):
        await house.ben.call(DOMAIN, "dial", {"extension": ANNA.extension, "number": "1099"}, answer=True)
    assert not wire.pbx.switchboard.calls


class Listener:
    """Everything that Home Assistant sends to a page: headers, bodies, WebSocket frames."""

    def __init__(self, page: Page, origin: str) -> None:
        self.texts: list[tuple[str, str]] = []
        self._origin = origin
        self._reading: list[asyncio.Task[None]] = []
        page.on("response", self._response)
        page.on("websocket", self._socket)

    def _response(self, response: Response) -> None:
        if response.url.startswith(self._origin):
            self._reading.append(asyncio.create_task(self._read(response)))

    async def _read(self, response: Response) -> None:
        self.texts.append((response.url, json.dumps(await response.headers_array())))
        if response.status == 200:
            self.texts.append((response.url, (await response.body()).decode("utf-8", "replace")))

    async def all(self) -> list[tuple[str, str]]:
        """Where and what. Raises when an answer could not be read."""
        await asyncio.gather(*self._reading)
        return self.texts

    def _socket(self, socket: WebSocket) -> None:
        if socket.url.startswith(self._origin.replace("http", "ws", 1)):
            socket.on("framereceived", lambda frame: self.texts.append(("WebSocket", _text(frame))))


def _text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")


def secrets_of(house: House) -> dict[str, str]:
    """Everything that must stay in Python, by name."""
    pbx = house.pbx
    known = {"Client Secret": pbx.house.api.password, "AccessKey": pbx.house.sdk.password}
    for number, token in enumerate(pbx.tokens.valid()):
        known[f"access token {number} ({token.scope})"] = token.access
        known[f"refresh token {number} ({token.scope})"] = token.refresh
    for number, hook in enumerate(pbx.house.webhooks):
        known[f"webhook secret {number}"] = hook.secret
        known[f"webhook id {number}"] = hook.url.rpartition("/")[2]
    return {name: secret for name, secret in known.items() if secret}


async def test_no_secret_leaves_python_but_the_one_signature(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """A whole session of an administrator: a call, the settings, diagnostics; nothing in answers, page, storage or log."""
    phone = await open_phone(use=False, path="about:blank", service_workers="block")
    listener = Listener(phone.page, house.url)
    await phone.page.goto(dashboard.URL)
    await phone.use_browser()
    await phone.dial("1099")
    await wire.call_of(ANNA.extension)
    await house.says(ANNA, "talking")
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
    content = await phone.page.content()
    stored = await phone.page.evaluate("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    await phone.go(f"/config/integrations/integration/{DOMAIN}")
    await phone.page.get_by_text("Demo house").first.wait_for()
    texts = await listener.all()
    assert any("/yeastar_linkus/sdk/" in where for where, _ in texts)
    texts.append(("states", json.dumps(await house.anna.rest("GET", "/api/states"))))
    texts.append(
        ("diagnostics", json.dumps(await house.anna.rest("GET", f"/api/diagnostics/config_entry/{house.entry_id}")))
    )
    form = await house.anna.rest(
        "POST", "/api/config/config_entries/flow", {"handler": DOMAIN, "entry_id": house.entry_id}
    )
    texts.append(("reconfigure form", json.dumps(form)))
    await house.anna.rest("DELETE", f"/api/config/config_entries/flow/{form['flow_id']}")
    texts += [("page", content), ("storage", stored), ("log", house.home_assistant.log.read_text())]

    secrets = secrets_of(house)
    assert len(secrets) >= 6, secrets.keys()
    found = [(name, where) for name, secret in secrets.items() for where, text in texts if secret in text]
    assert found == []

    signatures = {
        message["result"]["secret"]
        for where, text in texts
        if where == "WebSocket"
        for message in _messages(text)
        if isinstance(message.get("result"), dict) and "secret" in message["result"]
    }
    assert len(signatures) == 1
    places = [where for where, text in texts if signatures.copy().pop() in text]
    assert places == ["WebSocket"]


def _messages(text: str) -> list[dict[str, object]]:
    try:
        decoded = json.loads(text)
    except ValueError:
        return []
    return decoded if isinstance(decoded, list) else [decoded]


async def test_ordinary_user_sees_only_the_own_phone(house: House) -> None:
    """The list of phones names nobody else's."""
    phones = (await house.ben.command(f"{DOMAIN}/info"))["phones"]
    assert [phone["extension"] for phone in phones] == [BEN.extension]
