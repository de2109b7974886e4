"""Who may what: every command, action, view and operable entity that is registered, asked by every kind of user.

The tables name what is registered. Something new without a row fails here, until somebody has decided who may use it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from aiohttp import WSMsgType
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import RefreshToken
from homeassistant.components import websocket_api
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.yeastar_linkus import PLATFORMS
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.sounds.links import Sound, SoundKind
from custom_components.yeastar_linkus.sounds.tickets import TICKETS_GIVEN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_door import ask

OWN, FOREIGN = "1002", "1001"


class Role(StrEnum):
    """The kinds of users. `read_only` and `system` are Home Assistant's own groups; all with a phone have 1002."""

    ANONYMOUS = "anonymous"
    NO_PHONE = "no_phone"
    PHONE = "phone"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    READ_ONLY = "read_only"
    READ_ONLY_PHONE = "read_only_phone"
    SYSTEM = "system"


WITH_PHONE = {Role.PHONE, Role.SUPERVISOR, Role.READ_ONLY_PHONE}
USERS = [role for role in Role if role is not Role.ANONYMOUS]


class Right(StrEnum):
    """What an action asks of its user."""

    ACT_FOR = "act for the extension"
    SUPERVISE = "act for everybody on the PBX"
    LOOK_UP = "search the phone book"
    OWN_BROWSER = "the user's own browser"


HOLDERS = {
    # Right: who has it for a foreign extension, or without naming one.
    Right.ACT_FOR: {Role.SUPERVISOR, Role.ADMIN},
    Right.SUPERVISE: {Role.SUPERVISOR, Role.ADMIN},
    Right.LOOK_UP: {*WITH_PHONE, Role.ADMIN},
    Right.OWN_BROWSER: {Role.ADMIN},
}

QUALITY = {"loss_percent": 1, "jitter_ms": 5, "round_trip_ms": None, "score": 4}
# Every WebSocket command but `info`: the fields that it takes beside `phone_id`.
COMMANDS: dict[str, dict[str, Any]] = {
    "phone/subscribe": {},
    "phone/signature": {"browser_id": "b"},
    "phone/lease": {"browser_id": "b", "browser_name": "B"},
    "phone/report": {"browser_id": "b", "state": "ready"},
    "phone/dial": {"number": "1003"},
    "phone/hangup": {"call_id": "1"},
    "phone/clear_missed": {},
    "phone/park": {"call_id": "1"},
    "phone/take": {"call_id": "1"},
    "phone/to_voicemail": {"call_id": "1"},
    "call_quality": {"call_id": "1", "quality": QUALITY},
    "people/subscribe": {},
    "people/search": {"query": "anna"},
    "people/favourite": {"person_id": "x", "favourite": True},
    "journal/subscribe": {},
    "journal/page": {},
    "journal/note": {"call_id": "1", "note": "x"},
    "journal/recording": {"call_id": "1", "started_at": 0},
    "mailbox/subscribe": {},
    "mailbox/audio": {"message_id": "1"},
    "mailbox/heard": {"message_id": "1", "heard": True},
    "mailbox/remove": {"message_id": "1"},
}

# Every action: the right it asks for, and fields that are good enough to come to that question.
ACTIONS: dict[str, tuple[Right, dict[str, Any]]] = {
    "dial": (Right.ACT_FOR, {"number": "1003"}),
    "redial": (Right.ACT_FOR, {}),
    "pick_up": (Right.ACT_FOR, {"slot": "6000"}),
    "play_prompt": (Right.ACT_FOR, {"prompts": ["x"]}),
    "park": (Right.ACT_FOR, {}),
    "hang_up": (Right.ACT_FOR, {}),
    "hold": (Right.ACT_FOR, {}),
    "unhold": (Right.ACT_FOR, {}),
    "mute": (Right.ACT_FOR, {}),
    "unmute": (Right.ACT_FOR, {}),
    "transfer": (Right.ACT_FOR, {"number": "1003"}),
    "attended_transfer": (Right.ACT_FOR, {"step": "start", "number": "1003"}),
    "add_member": (Right.ACT_FOR, {"number": "1003"}),
    "start_recording": (Right.ACT_FOR, {}),
    "pause_recording": (Right.ACT_FOR, {}),
    "resume_recording": (Right.ACT_FOR, {}),
    "set_presence": (Right.ACT_FOR, {"presence": "away"}),
    "queue_log_in": (Right.ACT_FOR, {}),
    "queue_log_out": (Right.ACT_FOR, {}),
    "queue_pause": (Right.ACT_FOR, {}),
    "queue_unpause": (Right.ACT_FOR, {}),
    "call_history": (Right.ACT_FOR, {}),
    "mark_voicemail_read": (Right.ACT_FOR, {"message_id": "1"}),
    "monitor": (Right.SUPERVISE, {"extension": OWN, "monitored_extension": "1003"}),
    "accept_inbound": (Right.SUPERVISE, {"call_id": "1"}),
    "refuse_inbound": (Right.SUPERVISE, {"call_id": "1"}),
    "add_contact": (Right.SUPERVISE, {"first_name": "X", "mobile_number": "1"}),
    "update_contact": (Right.SUPERVISE, {"contact_id": 1}),
    "search_contacts": (Right.LOOK_UP, {"search": "anna"}),
    "show_phone": (Right.OWN_BROWSER, {}),
    "browser_answer": (Right.OWN_BROWSER, {}),
    "browser_hang_up": (Right.OWN_BROWSER, {}),
    "browser_mute": (Right.OWN_BROWSER, {}),
    "browser_hold": (Right.OWN_BROWSER, {}),
}

# Every address below /yeastar_linkus and /api/yeastar_linkus. "public" holds no secret and nothing of anybody.
VIEWS = {
    "/yeastar_linkus": "public",
    "/yeastar_linkus/sdk": "public",
    "/api/yeastar_linkus/sound/{ticket}": "who may hear it, with the own ticket",
}

# Entities that can be operated, by platform: whom lets Home Assistant's own permissions do it.
OPERABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "button": ("press", {}),
    "select": ("select_option", {"option": "away"}),
    "switch": ("turn_on", {}),
}
NOT_OPERABLE = {"binary_sensor", "event", "sensor"}


@dataclass
class Person:
    """A user with a login."""

    user: MockUser
    refresh_token: RefreshToken
    access_token: str


@dataclass
class House:
    """The PBX with a phone for each user who has one, and somebody else's phone."""

    entry: MockConfigEntry
    people: dict[Role, Person]
    phones: dict[str, str]

    def phone_of(self, role: Role) -> str:
        return self.phones[self.people[role].user.id]


async def person(hass: HomeAssistant, role: Role) -> Person:
    group_id = {
        Role.ADMIN: GROUP_ID_ADMIN,
        Role.READ_ONLY: GROUP_ID_READ_ONLY,
        Role.READ_ONLY_PHONE: GROUP_ID_READ_ONLY,
    }
    group = await hass.auth.async_get_group(group_id.get(role, GROUP_ID_USER))
    system = role is Role.SYSTEM
    user = MockUser(name=role, groups=[] if system else [group], system_generated=system).add_to_hass(hass)
    token = await hass.auth.async_create_refresh_token(user, None if system else "https://example.com/")
    return Person(user, token, hass.auth.async_create_access_token(token))


@pytest.fixture
async def house(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> House:
    people = {role: await person(hass, role) for role in USERS}
    somebody = MockUser(name="Somebody").add_to_hass(hass)
    pbx.archive.leave(OWN, "+4930", "Dora", 2)
    pbx.archive.leave(FOREIGN, "+4930", "Dora", 2)
    entry = await setup(
        phones=[
            phone_data(somebody.id, FOREIGN),
            *(phone_data(people[role].user.id, OWN, supervisor=role is Role.SUPERVISOR) for role in sorted(WITH_PHONE)),
        ]
    )
    phones = {subentry.data["user_id"]: subentry.subentry_id for subentry in entry.subentries.values()}
    return House(entry, people, {**phones, "": phones[somebody.id]})


def orders(pbx: EmulatedPbx) -> list[str]:
    """What the PBX was asked to do, but for what Home Assistant reads by itself."""
    quiet = {"call/query", "extension/list", "trunk/list", "vm/query", "vm/get", "company_contact/list", "system/capacity",
             "system/information", "queue/list", "queue/call_status", "queue/agent_status", "webhook/query", "del_token",
             "get_token", "extension_status_monitor/list", "trunk_status_monitor/list"}  # fmt: skip
    return [path for request in pbx.books.requests if (path := request.path.partition("/")[2]) not in quiet]


# aiohttp arms the heartbeat of a WebSocket once more when the server has closed it.
closes_sockets = pytest.mark.parametrize("expected_lingering_timers", [True])


# Everything that is registered has a row


async def test_every_command_has_a_row(hass: HomeAssistant, house: House) -> None:
    registered = {name for name in hass.data[websocket_api.DOMAIN] if name.startswith(f"{DOMAIN}/")}
    assert registered == {f"{DOMAIN}/{name}" for name in (*COMMANDS, "info")}


async def test_every_action_has_a_row(hass: HomeAssistant, house: House) -> None:
    assert set(hass.services.async_services_for_domain(DOMAIN)) == set(ACTIONS)


async def test_every_view_has_a_row(hass: HomeAssistant, house: House) -> None:
    addresses = {str(resource.canonical) for resource in hass.http.app.router.resources()}
    assert {address for address in addresses if address.startswith((f"/{DOMAIN}", f"/api/{DOMAIN}"))} == set(VIEWS)


async def test_every_platform_has_a_row(hass: HomeAssistant, house: House) -> None:
    assert {str(platform) for platform in PLATFORMS} == {*OPERABLE, *NOT_OPERABLE}
    for platform in NOT_OPERABLE:
        assert not hass.services.async_services_for_domain(Platform(platform)), platform


# Commands


@pytest.mark.parametrize("role", USERS)
async def test_commands(
    hass: HomeAssistant, pbx: EmulatedPbx, house: House, hass_ws_client: WebSocketGenerator, role: Role
) -> None:
    ws = await hass_ws_client(hass, house.people[role].access_token)
    info = (await ask(ws, "info"))["result"]
    own = [house.phone_of(role)] if role in WITH_PHONE else []
    assert [phone["phone_id"] for phone in info["phones"]] == own
    assert info["is_admin"] is (role is Role.ADMIN)
    assert bool(info["enabled"]) is bool(own)
    before = orders(pbx)
    for command, fields in COMMANDS.items():
        # Not even an administrator, and no answer tells a phone that is somebody's from one that is nobody's.
        answers = [await ask(ws, command, phone_id=phone, **fields) for phone in (house.phones[""], "nobody")]
        assert answers[0]["error"] == answers[1]["error"] == {"code": "not_found", "message": "No such phone"}, command
    assert orders(pbx) == before
    for command, fields in COMMANDS.items():
        for phone in own:
            answer = await ask(ws, command, phone_id=phone, **fields)
            assert answer["success"] or answer["error"]["message"] != "No such phone", command


@closes_sockets
async def test_commands_without_a_login(
    hass: HomeAssistant, house: House, hass_client_no_auth: ClientSessionGenerator
) -> None:
    http = await hass_client_no_auth()
    for command, fields in {**COMMANDS, "info": {}}.items():
        ws = await http.ws_connect("/api/websocket")
        assert (await ws.receive_json())["type"] == "auth_required"
        await ws.send_json({"id": 1, "type": f"{DOMAIN}/{command}", "phone_id": house.phones[""], **fields})
        assert (await ws.receive_json())["type"] == "auth_invalid"
        # Home Assistant hangs up.
        assert (await ws.receive()).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


# Actions


def targets(name: str, house: House) -> Iterator[tuple[dict[str, Any], bool]]:
    """Fields for an action: aimed at a foreign extension (True), or at the own one."""
    right, fields = ACTIONS[name]
    match right:
        case Right.ACT_FOR | Right.OWN_BROWSER:
            yield {**fields, "extension": FOREIGN}, True
            yield {**fields, "extension": OWN}, False
        case _:
            yield fields, True
    if right is Right.ACT_FOR:
        yield {**fields, "extension": FOREIGN, "config_entry_id": house.entry.entry_id}, True


async def refused(hass: HomeAssistant, name: str, data: dict[str, Any], user: MockUser) -> bool:
    """Whether the user may not. Everything else that an action may say comes after that question."""
    answers = hass.services.supports_response(DOMAIN, name).value != "none"
    try:
        await hass.services.async_call(
            DOMAIN, name, data, blocking=True, context=Context(user_id=user.id), return_response=answers
        )
    except Unauthorized:
        return True
    except HomeAssistantError, ServiceValidationError:
        return False
    return False


@pytest.mark.parametrize("role", USERS)
async def test_actions(hass: HomeAssistant, pbx: EmulatedPbx, house: House, role: Role) -> None:
    hass.config_entries.async_update_entry(house.entry, options={**house.entry.options, "dials_per_minute": 600})
    await hass.async_block_till_done()
    user = house.people[role].user
    for name, (right, _fields) in ACTIONS.items():
        for data, foreign in targets(name, house):
            may = role in HOLDERS[right] if foreign else role in WITH_PHONE | {Role.SUPERVISOR, Role.ADMIN}
            if right is Right.OWN_BROWSER and not foreign:
                # Several people have the extension here: it is not the user's alone.
                may = role is Role.ADMIN
            before = orders(pbx)
            assert await refused(hass, name, data, user) is not may, (name, data)
            if not may:
                assert orders(pbx) == before, name


@pytest.mark.parametrize("role", USERS)
async def test_actions_about_a_call_of_others(hass: HomeAssistant, pbx: EmulatedPbx, house: House, role: Role) -> None:
    call = await pbx.call_in("+4930123456", FOREIGN)
    coordinator = house.entry.runtime_data
    await coordinator.async_refresh()
    assert call.id in coordinator.book.calls
    user = house.people[role].user
    for name, (right, fields) in ACTIONS.items():
        schema = hass.services.async_services_for_domain(DOMAIN)[name].schema
        assert schema is not None
        if right is not Right.ACT_FOR or "call_id" not in {str(key) for key in schema.schema} or name == "hang_up":
            continue
        # The own extension may be named, but it has no part in that call.
        for data in ({**fields, "call_id": call.id}, {**fields, "call_id": call.id, "extension": FOREIGN}):
            assert await refused(hass, name, data, user) is (role not in HOLDERS[Right.ACT_FOR]), (name, data)


async def test_actions_of_a_user_who_is_gone(hass: HomeAssistant, pbx: EmulatedPbx, house: House) -> None:
    before = orders(pbx)
    for name in ACTIONS:
        for data, _foreign in targets(name, house):
            assert await refused(hass, name, data, MockUser(id="gone")), name
    assert orders(pbx) == before


@pytest.mark.parametrize("role", Role)
async def test_actions_over_http(
    hass: HomeAssistant, house: House, hass_client_no_auth: ClientSessionGenerator, role: Role
) -> None:
    http = await hass_client_no_auth()
    assert await async_setup_component(hass, "api", {})
    headers = {"Authorization": f"Bearer {house.people[role].access_token}"} if role in house.people else {}
    response = await http.post(
        f"/api/services/{DOMAIN}/dial", json={"extension": FOREIGN, "number": "1003"}, headers=headers
    )
    assert (response.status == HTTPStatus.OK) is (role in HOLDERS[Right.ACT_FOR])


# Views


@pytest.mark.parametrize("role", Role)
async def test_views(
    hass: HomeAssistant, house: House, hass_client_no_auth: ClientSessionGenerator, role: Role
) -> None:
    http = await hass_client_no_auth()
    headers = {"Authorization": f"Bearer {house.people[role].access_token}"} if role in house.people else {}
    message = {number: box[0].id for number, box in (await boxes(house)).items()}
    tickets = hass.data[TICKETS_GIVEN]
    for address, who in VIEWS.items():
        if who == "public":
            # A folder is not listed, and nothing outside it is read.
            for path in (address, f"{address}/", f"{address}/..%2f..%2fsecrets.yaml", f"{address}/manifest.json/.."):
                assert (await http.get(path, headers=headers)).status >= 400, path
            continue
        hears = {OWN: {*WITH_PHONE, Role.ADMIN}, FOREIGN: {Role.SUPERVISOR, Role.ADMIN}}
        without = HTTPStatus.UNAUTHORIZED if role is Role.ANONYMOUS else HTTPStatus.NOT_FOUND
        own_user = house.people[role].user if role in house.people else MockUser(id="nobody")
        for owner, roles in hears.items():
            sound = Sound(house.entry.entry_id, SoundKind.MESSAGE, owner, message[owner])
            own, others = tickets.give(sound, own_user), tickets.give(sound, MockUser(id="somebody_else"))
            expected = HTTPStatus.OK if role in roles else without
            assert (await http.get(address.format(ticket=own), headers=headers)).status == expected, owner
            for ticket in (others, "guessed", own[:-1]):
                assert (await http.get(address.format(ticket=ticket), headers=headers)).status == without, owner


async def boxes(house: House) -> dict[str, tuple[Any, ...]]:
    client = house.entry.runtime_data.client
    return {number: await client.voicemail.messages(number) for number in (OWN, FOREIGN)}


@closes_sockets
async def test_a_signed_address_is_for_one_message_and_ends_with_the_login(
    hass: HomeAssistant, house: House, hass_ws_client: WebSocketGenerator, hass_client_no_auth: ClientSessionGenerator
) -> None:
    me = house.people[Role.PHONE]
    ws = await hass_ws_client(hass, me.access_token)
    message = {number: box[0].id for number, box in (await boxes(house)).items()}
    answer = await ask(ws, "mailbox/audio", phone_id=house.phone_of(Role.PHONE), message_id=message[OWN])
    url: str = answer["result"]["url"]
    http = await hass_client_no_auth()
    assert (await http.get(url)).status == HTTPStatus.OK
    path, _, signature = url.partition("?")
    other = await ask(ws, "mailbox/audio", phone_id=house.phone_of(Role.PHONE), message_id=message[OWN])
    for forged in (other["result"]["url"].partition("?")[0], path[:-1], f"{path}x"):
        assert (await http.get(f"{forged}?{signature}")).status == HTTPStatus.UNAUTHORIZED
    hass.auth.async_remove_refresh_token(me.refresh_token)
    assert (await ws.receive()).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}
    assert (await http.get(url)).status == HTTPStatus.UNAUTHORIZED


# Entities


@pytest.mark.parametrize("role", USERS)
async def test_entities_are_operated_as_home_assistant_permits(
    hass: HomeAssistant, pbx: EmulatedPbx, house: House, role: Role
) -> None:
    registry = er.async_get(hass)
    for domain, (action, fields) in OPERABLE.items():
        entity_id = next(
            entry.entity_id
            for entry in er.async_entries_for_config_entry(registry, house.entry.entry_id)
            if entry.domain == domain and "anna" in entry.entity_id and not entry.entity_id.endswith("hang_up")
        )
        try:
            await hass.services.async_call(
                domain,
                action,
                {"entity_id": entity_id, **fields},
                blocking=True,
                context=Context(user_id=house.people[role].user.id),
            )
        except Unauthorized:
            assert role in {Role.READ_ONLY, Role.READ_ONLY_PHONE, Role.SYSTEM}
        else:
            assert role not in {Role.READ_ONLY, Role.READ_ONLY_PHONE, Role.SYSTEM}


@pytest.mark.parametrize("role", USERS)
async def test_settings_and_events_are_the_administrators(
    hass: HomeAssistant,
    house: House,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    role: Role,
) -> None:
    for component in ("config", "diagnostics"):
        assert await async_setup_component(hass, component, {})
    http = await hass_client_no_auth()
    headers = {"Authorization": f"Bearer {house.people[role].access_token}"}
    body = {"handler": house.entry.entry_id}
    options = await http.post("/api/config/config_entries/options/flow", json=body, headers=headers)
    diagnostics = await http.get(f"/api/diagnostics/config_entry/{house.entry.entry_id}", headers=headers)
    statuses = {options.status, diagnostics.status}
    assert statuses == {HTTPStatus.OK} if role is Role.ADMIN else statuses == {HTTPStatus.UNAUTHORIZED}
    ws = await hass_ws_client(hass, house.people[role].access_token)
    await ws.send_json_auto_id({"type": "subscribe_events", "event_type": f"{DOMAIN}_call"})
    assert (await ws.receive_json())["success"] is (role is Role.ADMIN)


def test_the_table_of_rights_names_every_right() -> None:
    assert set(HOLDERS) == set(Right)
    assert all(isinstance(fields, dict) for _right, fields in ACTIONS.values())
