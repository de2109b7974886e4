"""No secret leaves the config entry: searched for wherever somebody else may look, while everything goes on or goes wrong."""

import json
import logging
from pathlib import Path
from typing import Any

from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.system_health import async_info
from custom_components.yeastar_linkus.yeastar.errors import YeastarError
from custom_components.yeastar_linkus.yeastar.signature import signature_of
from emulator import EmulatedPbx
from tests.integration.conftest import API, SDK, WEBHOOK_ID, WEBHOOK_SECRET, Setup, phone_data
from tests.integration.test_browser_door import ask, lease
from tests.integration.test_rights import COMMANDS
from tests.integration.test_webhook import ringing
from tests.integration.waiting import until

DIGITS = "7391#"


class Secrets:
    """What nobody may see, the tokens that were given out meanwhile included."""

    def __init__(self, pbx: EmulatedPbx) -> None:
        self._pbx = pbx
        self._given: set[str] = set()
        self.signatures: set[str] = set()

    def look(self) -> None:
        """Note the tokens that are good now; they may be gone later."""
        for token in self._pbx.tokens.valid():
            self._given |= {token.access, token.refresh}

    def found_in(self, where: str, text: str) -> list[str]:
        self.look()
        fixed = {*API.values(), *SDK.values(), WEBHOOK_SECRET, signature_of(WEBHOOK_SECRET, ringing()), DIGITS}
        return [f"{secret} in {where}" for secret in fixed | self._given | self.signatures if secret and secret in text]


async def rummage(ws: MockHAClientWebSocket, phone: str, secrets: Secrets) -> list[str]:
    """Every command once; returns all that the browser was told, but for the login signature's own answer."""
    told = [json.dumps(await ask(ws, "info"))]
    await lease(ws, phone, "b")
    answer = await ask(ws, "phone/signature", phone_id=phone, browser_id="b")
    if answer["success"]:
        secrets.signatures.add(answer["result"].pop("secret"))
    told.append(json.dumps(answer))
    for command, fields in COMMANDS.items():
        if command not in {"phone/signature", "phone/lease"}:
            told.append(json.dumps(await ask(ws, command, phone_id=phone, **fields)))
    return told


async def test_no_secret_is_seen_anywhere(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    hass_admin_user: MockUser,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    # Home Assistant's own log of what goes to browsers holds what goes to browsers; everything else is looked through.
    for name in ("custom_components", "aiohttp", "asyncio", "homeassistant"):
        caplog.set_level(logging.DEBUG, name)
    caplog.set_level(logging.INFO, "homeassistant.components.websocket_api.http.connection")
    seen: list[Event] = []
    hass.bus.async_listen(MATCH_ALL, seen.append)
    assert await async_setup_component(hass, "diagnostics", {})
    secrets = Secrets(pbx)
    entry = await setup(phones=[phone_data(hass_admin_user.id, "1001")])
    (phone,) = entry.subentries
    secrets.look()
    ws = await hass_ws_client(hass)
    http = await hass_client()
    told = await rummage(ws, phone, secrets)
    assert secrets.signatures
    # An ordinary call, a posted one, wrong posts.
    await pbx.call_in("+4930123456", "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    for signature in (signature_of(WEBHOOK_SECRET, ringing()), "AAAA", None):
        headers = {} if signature is None else {"X-Signature": signature}
        response = await http.post(f"/api/webhook/{WEBHOOK_ID}", data=ringing(), headers=headers)
        told += [await response.text(), str(response.headers)]
    # Everything that the PBX can say against us, and then nothing at all.
    for code in (-2, 10001, 10004, 10005, 40002, 60002, 70004, 70087, 70130):
        pbx.knobs.fail_with = dict.fromkeys(
            ("call/dial", "sign/create", "vm/get", "cdr/search", "extension/list", "company_contact/list"), code
        )
        told += await rummage(ws, phone, secrets)
        for action, data in (("dial", {"number": "1002"}), ("call_history", {}), ("redial", {})):
            try:
                await hass.services.async_call(
                    DOMAIN, action, {"extension": "1001", **data}, blocking=True, return_response=True,
                    context=Context(user_id=hass_admin_user.id),
                )  # fmt: skip
            except HomeAssistantError as err:
                told.append(f"{err} {err!r} {err.__cause__!r} {err.translation_placeholders}")
        await entry.runtime_data.async_refresh()
    pbx.knobs.fail_with = {}
    await pbx.stop()
    told += await rummage(ws, phone, secrets)
    await entry.runtime_data.async_refresh()
    found = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    health = await async_info(hass)
    registries = {
        "devices": [device.dict_repr for device in dr.async_get(hass).devices],
        "entities": [entity.as_partial_dict for entity in er.async_get(hass).entities.values()],
        "issues": [
            issue.to_json() | {"placeholders": issue.translation_placeholders}
            for issue in ir.async_get(hass).issues.values()
        ],
    }
    stored = {key: value for key, value in hass_storage.items() if key != "core.config_entries"}
    written = [path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()]
    places = {
        "the log": caplog.text,
        "what the browser was told": "\n".join(told),
        "states": "\n".join(f"{state!r} {dict(state.attributes)}" for state in hass.states.async_all()),
        "the event bus": "\n".join(f"{event.event_type} {event.data}" for event in seen),
        "diagnostics": json.dumps(found),
        "system health": str(health),
        "registries": str(registries),
        "stored files": str(stored) + "\n".join(written),
        "representations": f"{entry.runtime_data.client!r} {vars(entry.runtime_data)!r} {vars(entry.runtime_data.client)!r}",
    }
    assert [line for where, text in places.items() for line in secrets.found_in(where, text)] == []
    # The address of the webhook is half a secret: only Home Assistant itself and the PBX know it.
    for where in set(places) - {"representations", "the log"}:
        assert WEBHOOK_ID not in places[where], where


async def test_no_error_of_the_client_holds_an_address_with_a_token(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    client = entry.runtime_data.client
    secrets = Secrets(pbx)
    secrets.look()
    await pbx.stop()
    for ask_for in (
        client.extensions,
        client.active_calls,
        lambda: client.voicemail.link("1"),
        lambda: client.create_signature("1001"),
        lambda: client.subscribe_socket("a-token-of-length"),
    ):
        with pytest.raises(YeastarError) as caught:
            await ask_for()
        shown = f"{caught.value} {caught.value!r} {vars(caught.value)}"
        assert secrets.found_in("an error", shown) == []
        assert "a-token-of-length" not in shown
        assert "access_token" not in shown
        assert (
            caught.value.__suppress_context__
            or caught.value.__context__ is None
            or "token=" not in str(caught.value.__context__)
        )


async def test_the_canary_would_be_heard(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    """The search itself can find: in the config entry, where the secrets are."""
    entry = await setup(wait_for_events=False)
    found = Secrets(pbx).found_in("the entry", str(dict(entry.data)))
    assert {line.partition(" ")[0] for line in found} == {*API.values(), *SDK.values(), WEBHOOK_SECRET}
