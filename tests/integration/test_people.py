"""People, favourites, history with notes, parking and fetching: what the commands answer, and to whom."""

from contextlib import nullcontext
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yeastar_linkus.browser import directory, journal
from custom_components.yeastar_linkus.browser.directory import matches
from custom_components.yeastar_linkus.browser.journal import Journal, Wanted
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.numbers.key import number_key
from custom_components.yeastar_linkus.pbx import memory, past_calls, phone_book, taken_calls
from custom_components.yeastar_linkus.shared import SHARED
from custom_components.yeastar_linkus.yeastar.call_model import Direction, Outcome
from custom_components.yeastar_linkus.yeastar.errors import AccessDenied, NotSupported
from custom_components.yeastar_linkus.yeastar.event_kinds import CallStatus, CallType
from custom_components.yeastar_linkus.yeastar.history import PastCall, Stage
from custom_components.yeastar_linkus.yeastar.paging import Page
from emulator import EmulatedPbx, past
from emulator.archive import sound
from emulator.house import Contact
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_door import ask, lease, next_event
from tests.integration.waiting import until

DORA = "+493044400001"


@pytest.fixture
async def entry(hass: HomeAssistant, reachable: str, setup: Setup, hass_admin_user: MockUser) -> MockConfigEntry:
    """The house; Anna is its administrator."""
    await hass.config.async_update(country="DE")
    hass.states.async_set(
        "person.anna", "home", {"user_id": hass_admin_user.id, "entity_picture": "/a.png", "friendly_name": "Anna W."}
    )
    hass.states.async_set("person.dora", "home", {"entity_picture": "/d.png", "friendly_name": "Dora Klein"})
    hass.states.async_set("person.nobody", "home", {"friendly_name": "Without picture"})
    entry = await setup(phones=[phone_data(hass_admin_user.id, "1001")])
    await until(lambda: "contact:1" in entry.runtime_data.phone_book)
    return entry


@pytest.fixture
async def ws(hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> MockHAClientWebSocket:
    """Anna's browser."""
    return await hass_ws_client(hass)


@pytest.fixture
def phone(entry: MockConfigEntry) -> str:
    return next(iter(entry.subentries))


async def people_of(ws: MockHAClientWebSocket, phone: str) -> dict[str, dict[str, Any]]:
    assert (await ask(ws, "people/subscribe", phone_id=phone))["success"]
    snapshot = await next_event(ws)
    assert snapshot["kind"] == "snapshot"
    return {person["id"]: person for person in snapshot["people"]}


async def test_colleagues_and_contacts_with_pictures(ws: MockHAClientWebSocket, phone: str) -> None:
    people = await people_of(ws, phone)
    assert people["extension:21"] == {
        "id": "extension:21",
        "name": "Anna Weber",
        "company": "",
        "avatar": "/a.png",
        "favourite": False,
        "numbers": [{"number": "1001", "kind": "extension"}],
        "presence": "available",
        "line": "idle",
    }
    assert people["contact:1"] == {
        "id": "contact:1",
        "name": "Dora Klein",
        "company": "Klein Heating",
        "avatar": "/d.png",
        "favourite": False,
        "numbers": [{"number": DORA, "kind": "business"}],
        "presence": None,
        "line": None,
    }
    assert people["contact:2"]["avatar"] is None
    assert list(people)[-2:] == ["contact:1", "contact:2"]


async def test_what_colleagues_do_is_live(pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str) -> None:
    await people_of(ws, phone)
    await pbx.call_in(DORA, "1002")
    event = await next_event(ws)
    assert event["kind"] == "update"
    assert [(person["id"], person["line"]) for person in event["people"]] == [("extension:22", "ringing")]
    await pbx.desk("1002").answer()
    assert (await next_event(ws))["people"][0]["line"] == "talking"
    await pbx.outside(DORA).hang_up()
    assert (await next_event(ws))["people"][0]["line"] == "idle"


async def test_the_presence_somebody_sets_is_live(pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str) -> None:
    await people_of(ws, phone)
    pbx.set_presence("1003", "do_not_disturb")
    event = await next_event(ws)
    assert [(p["id"], p["presence"]) for p in event["people"]] == [("extension:23", "do_not_disturb")]


async def test_a_phone_without_a_device_is_unreachable(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    people = await people_of(ws, phone)
    assert people["extension:25"]["line"] == "idle"
    pbx.unplug("1005")
    await entry.runtime_data.async_refresh()
    event = await next_event(ws)
    assert [(person["id"], person["line"]) for person in event["people"]] == [("extension:25", "unreachable")]


async def test_favourites_are_the_users_own(
    hass: HomeAssistant, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    await people_of(ws, phone)

    async def favourite(person: str, on: bool) -> dict[str, Any]:
        return await ask(ws, "people/favourite", phone_id=phone, person_id=person, favourite=on)

    assert (await favourite("contact:1", True))["success"]
    event = await next_event(ws)
    assert [(person["id"], person["favourite"]) for person in event["people"]] == [("contact:1", True)]
    assert (await favourite("contact:99", True))["error"]["code"] == "not_found"
    with patch.object(memory, "FAVOURITES", 1):
        assert (await favourite("extension:22", True))["error"]["code"] == "not_allowed"
        assert (await favourite("contact:1", True))["success"]
    assert (await favourite("contact:1", False))["success"]
    assert (await next_event(ws))["people"][0]["favourite"] is False


async def test_a_phone_book_that_is_too_big_is_searched(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    await ask(ws, "people/favourite", phone_id=phone, person_id="contact:2", favourite=True)
    with patch.object(directory, "LISTED_CONTACTS", 1):
        people = await people_of(ws, phone)
    assert "contact:1" not in people
    assert people["contact:2"]["favourite"] is True

    async def search(query: str, **more: Any) -> list[str]:
        answer = await ask(ws, "people/search", phone_id=phone, query=query, **more)
        return [person["id"] for person in answer["result"]["people"]]

    assert await search("kle dor") == ["contact:1"]
    assert await search("030 444") == ["contact:1"]
    assert await search("030 445") == []
    assert await search("heat") == ["contact:1"]
    assert await search("100", limit=2) == ["extension:21", "extension:22"]
    assert await search("--") == []


async def test_contacts_are_read_again_when_they_are_old(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    await people_of(ws, phone)
    pbx.house.contacts.append(Contact(3, "Gül", "Ünal", numbers={"mobile": "0171 5550009", "business_fax": "1"}))
    pbx.house.contacts.append(Contact(4, "Only", "Fax", numbers={"business_fax": "1"}))
    pbx.house.contacts.pop(0)
    book = entry.runtime_data.phone_book
    book.async_refresh()
    with patch.object(phone_book, "FRESH_SECONDS", -1):
        book.async_refresh()
        book.async_refresh()
    event = await next_event(ws)
    assert [person["id"] for person in event["people"]] == ["contact:3"]
    assert event["gone"] == ["contact:1"]
    assert book.whose("+491715550009").name == "Gül Ünal"
    assert book.whose("") is None
    assert "contact:4" not in book
    found = await ask(ws, "people/search", phone_id=phone, query="gul")
    assert [person["id"] for person in found["result"]["people"]] == ["contact:3"]


async def test_without_the_permission_there_are_no_contacts(
    hass: HomeAssistant, reachable: str, setup: Setup, hass_admin_user: MockUser
) -> None:
    with patch("custom_components.yeastar_linkus.yeastar.contacts.Contacts.all", side_effect=AccessDenied(10005, "no")):
        entry = await setup(phones=[phone_data(hass_admin_user.id, "1001")])
        await until(lambda: entry.runtime_data.phone_book._read_at is not None)
    assert entry.runtime_data.name_of(DORA) is None


def test_spellings_of_one_number() -> None:
    assert number_key("030 444 00001", "DE") == number_key(DORA, None) == number_key("0049 30 44400001", "DE")
    assert number_key("1001", "DE") == "1001"
    assert number_key("*97", None) == "*97"
    assert number_key("12345678901234567890", "DE") == "12345678901234567890"


def test_words_and_digits() -> None:
    person = phone_book.Person("1", "Jürgen Groß", "Müller & Co", None, (("+49 171 555", "mobile"),))
    for query in ("jur", "JÜRGEN", "gros", "mul", "co", "0171", "171 55"):
        assert matches(person, query), query
    for query in ("urgen", "jur x", "172", "()"):
        assert not matches(person, query), query


async def test_a_caller_has_a_name_and_a_face(pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str) -> None:
    await ask(ws, "phone/subscribe", phone_id=phone)
    await next_event(ws)
    await pbx.call_in("030 44400001", "1001")
    (call,) = (await next_event(ws, until_has={"state": "ringing"}))["calls"]
    assert (call["name"], call["company"], call["avatar"]) == ("Dora Klein", "Klein Heating", "/d.png")


async def test_a_reload_and_a_loss_of_the_phone(
    hass: HomeAssistant, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    assert len(await people_of(ws, phone)) == 13
    await ask(ws, "journal/subscribe", phone_id=phone)
    assert await next_event(ws) == {"kind": "changed"}
    await hass.config_entries.async_unload(entry.entry_id)
    assert len((await next_event(ws, until_has={"kind": "update"}))["gone"]) == 13
    for command, fields in {
        "people/search": {"query": "ann"},
        "journal/page": {},
        "mailbox/heard": {"message_id": "1", "heard": True},
        "phone/park": {"call_id": "1"},
    }.items():
        assert (await ask(ws, command, phone_id=phone, **fields))["error"]["code"] == "pbx_unreachable", command
    await hass.config_entries.async_setup(entry.entry_id)
    assert len((await next_event(ws, until_has={"kind": "update"}))["people"]) >= 11
    assert await next_event(ws, until_has={"kind": "changed"})
    await until(lambda: "contact:1" in entry.runtime_data.phone_book)
    subentry = next(iter(entry.subentries))
    hass.config_entries.async_remove_subentry(entry, subentry)
    while len((await next_event(ws, until_has={"kind": "update"}))["gone"]) < 11:
        pass


async def test_others_do_not_exist(
    hass: HomeAssistant,
    phone: str,
    ws: MockHAClientWebSocket,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    stranger = await hass_ws_client(hass, hass_read_only_access_token)
    for command, fields in {
        "people/subscribe": {},
        "people/search": {"query": "ann"},
        "people/favourite": {"person_id": "contact:1", "favourite": True},
        "journal/subscribe": {},
        "journal/page": {},
        "journal/note": {"call_id": "1", "note": "x"},
        "journal/recording": {"call_id": "1", "started_at": 0},
        "mailbox/subscribe": {},
        "mailbox/audio": {"message_id": "1"},
        "mailbox/heard": {"message_id": "1", "heard": True},
        "mailbox/remove": {"message_id": "1"},
        "phone/park": {"call_id": "1"},
        "phone/take": {"call_id": "1"},
        "phone/to_voicemail": {"call_id": "1"},
    }.items():
        answer = await ask(stranger, command, phone_id=phone, **fields)
        assert answer["error"]["code"] == "not_found", command


# The history


async def page(ws: MockHAClientWebSocket, phone: str, **fields: Any) -> dict[str, Any]:
    answer = await ask(ws, "journal/page", phone_id=phone, **fields)
    assert answer["success"], answer
    return answer["result"]


async def test_the_history_is_the_extensions_own(pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str) -> None:
    past.fill(pbx)
    result = await page(ws, phone)
    assert result["next"] is None
    assert [(r["direction"], r["name"], r["outcome"]) for r in result["records"]] == [
        ("in", "Emil Novak", "missed"),
        ("out", "Engaged", "busy"),
        ("in", "", "voicemail"),
        ("internal_in", "Front Door", "answered"),
        ("in", "Dora Klein", "missed"),
        ("out", "Emil Novak", "answered"),
        ("internal_out", "Ben Carter", "answered"),
        ("in", "Dora Klein", "answered"),
    ]
    oldest = result["records"][-1]
    assert oldest["company"] == "Klein Heating"
    assert oldest["duration_ms"] == 184_000
    assert oldest["did"] == "+493012345601"
    assert oldest["started_at"] > 1_700_000_000_000
    missed = await page(ws, phone, missed_only=True)
    assert [r["outcome"] for r in missed["records"]] == ["missed", "voicemail", "missed"]
    dora = await page(ws, phone, number="030 44400001")
    assert [r["name"] for r in dora["records"]] == ["Dora Klein", "Dora Klein"]


@pytest.mark.parametrize(("size", "rows"), [(1, 200), (3, 200), (3, 2), (30, 1)])
async def test_pages_join_without_gap_or_double(
    pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str, size: int, rows: int
) -> None:
    past.fill(pbx)
    whole = (await page(ws, phone))["records"]
    found: list[dict[str, Any]] = []
    after = None
    with patch.object(journal, "PAGE", size), patch.object(past_calls, "ROWS", rows):
        while True:
            result = await page(ws, phone, after=after)
            found += result["records"]
            if (after := result["next"]) is None:
                break
    assert found == whole


async def test_many_rows_in_one_second_end(pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str) -> None:
    past.fill(pbx)
    past.fill(pbx)
    with patch.object(past_calls, "ROWS", 1):
        first = await page(ws, phone)
        assert first["records"]
        after, rounds = first["next"], 0
        while after is not None:
            after, rounds = (await page(ws, phone, after=after))["next"], rounds + 1
        assert rounds < 20


async def test_a_second_with_more_rows_than_a_page_is_left_behind(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    rows = [
        Stage(str(at), f"{at}.1", "", at, CallType.INTERNAL, CallStatus.ANSWERED, "1001", "", "1002", "", 9, 1, 8)
        for at in (5, 5, 3)
    ]

    async def stages(
        *,
        since: int | None = None,
        until: int | None = None,
        caller: str | None = None,
        callee: str | None = None,
        limit: int,
    ) -> tuple[Stage, ...]:
        fitting = rows if caller else []
        return tuple(row for row in fitting if until is None or row.at <= until)[:limit]

    book = Journal(entry.runtime_data, "1001", hass.data[SHARED].memory)
    history = "custom_components.yeastar_linkus.yeastar.history.History"
    with patch(f"{history}.stages", side_effect=stages), patch.object(past_calls, "ROWS", 1):
        result = await book.page(Wanted(), None)
    assert [record["id"] for record in result["records"]] == ["5.1", "3.1"]


async def group_call(pbx: EmulatedPbx, taker: str | None) -> None:
    """A call for the ring group, taken by one of its phones or by none."""
    pbx.knobs.rows_of_ringing = True
    call = await pbx.call_in(DORA, "6300")
    await pbx.desk("1001").wait("ringing")
    if taker:
        await pbx.desk(taker).answer()
    await pbx.outside(DORA).hang_up()
    await until(lambda: not call.alive)


@pytest.mark.parametrize("rows", [200, 1])
async def test_what_another_phone_took_was_not_missed(
    pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str, entry: MockConfigEntry, rows: int
) -> None:
    pbx.house.ring_groups[0].number, pbx.house.ring_groups[0].members = "6300", ("1001", "1002")
    await group_call(pbx, "1002")
    await pbx.call_in(DORA, "1003")
    await pbx.desk("1003").answer()
    await pbx.outside(DORA).hang_up()
    with patch.object(past_calls, "ROWS", rows) if rows == 1 else patch.object(taken_calls, "REMEMBERED", 0):
        (record,) = (await page(ws, phone))["records"]
    if rows == 1:
        # A PBX so busy that its routing cannot be read: what is known is told.
        assert record["outcome"] == "missed"
        return
    assert (record["outcome"], record["answered_by"], record["duration_ms"]) == ("answered_elsewhere", "Ben Carter", 0)
    assert (await page(ws, phone, missed_only=True))["records"] == []
    requests = len(pbx.books.requested("cdr/search"))
    await page(ws, phone)
    assert len(pbx.books.requested("cdr/search")) == requests + 2


async def test_a_long_history_of_newer_records_comes_by_pages(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    calls = tuple(
        PastCall(
            "", str(at), Direction.INTERNAL, Outcome.MISSED, at, "1001" if at % 2 else "1003", "", "1002", "", 0, 0
        )
        for at in (9, 8, 7, 7, 6, 5, 4, 3, 2, 1)
    )
    history = "custom_components.yeastar_linkus.yeastar.history.History"
    book = past_calls.PastCalls(entry.runtime_data, "1001")
    found: list[int | None] = []
    after: str | None = None
    with (
        patch(f"{history}.stages", side_effect=NotSupported(10001, "no")),
        patch(f"{history}.page", return_value=Page(calls, len(calls))),
        patch.object(past_calls, "ROWS", 3),
    ):
        while True:
            page_of, after = await book.page(lambda one: True, after, 2, since=2)
            found += [one.call.started_at for one in page_of]
            if after is None:
                break
    assert found == [9, 7, 5, 3]


async def test_somebody_the_directory_does_not_know_changes_nothing(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    await people_of(ws, phone)
    with patch("custom_components.yeastar_linkus.browser.directory.Directory.colleague", return_value=None):
        await talking(hass, pbx)
    # The next thing this browser hears is the answer to its next question.
    assert (await ask(ws, "people/search", phone_id=phone, query="dora", limit=5))["success"]


async def test_other_integrations_are_no_news(hass: HomeAssistant, ws: MockHAClientWebSocket, phone: str) -> None:
    await people_of(ws, phone)
    assert (await ask(ws, "phone/subscribe", phone_id=phone))["success"]
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    hass.config_entries.async_update_entry(other, title="Renamed")
    assert (await ask(ws, "people/search", phone_id=phone, query="dora", limit=5))["success"]


async def test_a_cursor_of_ones_own_making(ws: MockHAClientWebSocket, phone: str) -> None:
    answer = await ask(ws, "journal/page", phone_id=phone, after="yesterday")
    assert answer["error"]["code"] == "invalid_format"


async def test_a_pbx_with_the_newer_records_only(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    past.fill(pbx)
    history = "custom_components.yeastar_linkus.yeastar.history.History"
    with patch(f"{history}.stages", side_effect=NotSupported(10001, "no")):
        result = await page(ws, phone)
        assert [r["name"] for r in result["records"]][:2] == ["Emil Novak", "Engaged"]
        until = result["records"][1]["started_at"] // 1000
        older = await page(ws, phone, after=f"{until}|{result['records'][1]['id']}")
        assert older["records"] == result["records"][2:]


async def test_calls_without_a_time_are_left_out(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    book = Journal(entry.runtime_data, "1001", hass.data[SHARED].memory)
    timeless = PastCall("1", "", Direction.INTERNAL, Outcome.MISSED, None, "1001", "", "1002", "", 0, 0)
    timed = PastCall("", "2", Direction.INTERNAL, Outcome.MISSED, 5, "1001", "", "9999", "Somebody", 0, 0)
    history = "custom_components.yeastar_linkus.yeastar.history.History"
    with (
        patch(f"{history}.stages", side_effect=NotSupported(10001, "no")),
        patch(f"{history}.page", return_value=Page((timed, timeless), 2)),
    ):
        result = await book.page(Wanted(), None)
    assert [(r["id"], r["name"], r["outcome"]) for r in result["records"]] == [("2", "Somebody", "no_answer")]


@pytest.mark.parametrize("newer", [False, True])
async def test_what_was_recorded_of_a_call_is_heard(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    ws: MockHAClientWebSocket,
    phone: str,
    hass_client_no_auth: ClientSessionGenerator,
    newer: bool,
) -> None:
    past.fill(pbx)
    history = "custom_components.yeastar_linkus.yeastar.history.History"
    with patch(f"{history}.stages", side_effect=NotSupported(10001, "no")) if newer else nullcontext():
        records = (await page(ws, phone))["records"]
        [(_, recorded)] = [(r["name"], r) for r in records if r["recorded"]]
        assert recorded["name"] == "Emil Novak"
        wanted = {"call_id": recorded["id"], "started_at": recorded["started_at"]}
        heard = await ask(ws, "journal/recording", phone_id=phone, **wanted)
    client = await hass_client_no_auth()
    answer = await client.get(heard["result"]["url"])
    assert (answer.status, answer.headers["Content-Type"]) == (HTTPStatus.OK, "audio/wav")
    assert await answer.read() == sound(95)
    bare = heard["result"]["url"].partition("?")[0]
    assert (await client.get(bare)).status == HTTPStatus.UNAUTHORIZED


async def test_nothing_is_heard_of_what_was_not_ones_own_or_not_recorded(
    pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    past.fill(pbx)
    records = (await page(ws, phone))["records"]
    foreign = next(call for call in pbx.history.calls if call.stages[-1].number == "1003")
    for call_id, started_at in (
        *((r["id"], r["started_at"]) for r in records if not r["recorded"]),
        (foreign.id, int(foreign.started_at) * 1000),
        (next(r["id"] for r in records if r["recorded"]), 0),
    ):
        answer = await ask(ws, "journal/recording", phone_id=phone, call_id=call_id, started_at=started_at)
        assert answer["error"]["code"] == "not_found", call_id


async def test_what_another_phone_took_is_not_heard() -> None:
    call = PastCall("1", "", Direction.IN, Outcome.ANSWERED, 5, "9", "", "1002", "", 9, 8, recording="x.wav")
    assert past_calls.OwnCall(call, False, Outcome.ANSWERED).recording == "x.wav"
    assert past_calls.OwnCall(call, False, Outcome.ELSEWHERE).recording == ""


async def test_notes_and_news(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    assert (await ask(ws, "journal/subscribe", phone_id=phone))["success"]
    assert await next_event(ws) == {"kind": "changed"}
    call = await pbx.call_in(DORA, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    await pbx.outside(DORA).hang_up()
    assert await next_event(ws) == {"kind": "changed"}

    async def note(text: str) -> dict[str, Any]:
        return await ask(ws, "journal/note", phone_id=phone, call_id=call.id, note=text)

    assert (await note("Spare part on Tuesday "))["success"]
    assert await next_event(ws) == {"kind": "changed"}
    assert (await page(ws, phone))["records"][0]["note"] == "Spare part on Tuesday"
    assert (await note("x" * 2001))["error"]["code"] == "invalid_format"
    assert (await note(""))["success"]
    assert (await page(ws, phone))["records"][0]["note"] == ""


async def test_memory_outlives_a_restart_and_not_its_pbx(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: MockConfigEntry
) -> None:
    kept = hass.data[SHARED].memory
    kept.forget("unknown")
    with patch.object(memory, "NOTES", 2), patch.object(memory, "SAVE_SECONDS", 0):
        for call in "123":
            kept.set_note(entry.entry_id, "1001", call, f"note {call}")
        kept.set_favourite(entry.entry_id, "anna", "contact:1", True)
    await until(lambda: f"{DOMAIN}.memory" in hass_storage)
    again = memory.Memory(hass)
    await again.async_load()
    assert [again.note(entry.entry_id, "1001", call) for call in "123"] == ["", "note 2", "note 3"]
    assert again.favourites(entry.entry_id, "anna") == {"contact:1"}
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert kept.note(entry.entry_id, "1001", "3") == ""
    assert kept.favourites(entry.entry_id, "anna") == frozenset()


# Parking and fetching


async def talking(hass: HomeAssistant, pbx: EmulatedPbx) -> str:
    call = await pbx.call_in(DORA, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    return call.id


async def test_a_call_is_parked(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    gone = await ask(ws, "phone/park", phone_id=phone, call_id="1.1")
    assert (gone["error"]["code"], gone["error"]["translation_key"]) == ("not_found", "call_is_over")
    call = await pbx.call_in(DORA, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    rings = await ask(ws, "phone/park", phone_id=phone, call_id=call.id)
    assert (rings["error"]["code"], rings["error"]["translation_key"]) == ("not_found", "call_is_over")
    await pbx.desk("1001").answer()
    call_id = call.id
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    with patch("custom_components.yeastar_linkus.browser.people_commands.far_channels", return_value=["a", "b"]):
        crowd = await ask(ws, "phone/park", phone_id=phone, call_id=call_id)
    assert crowd["error"]["code"] == "not_allowed"
    assert (await ask(ws, "phone/park", phone_id=phone, call_id=call_id))["result"] == {"slot": "6000"}
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))


async def test_a_ringing_call_is_sent_to_the_mailbox(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    gone = await ask(ws, "phone/to_voicemail", phone_id=phone, call_id="1.1")
    assert (gone["error"]["code"], gone["error"]["translation_key"]) == ("not_found", "call_is_over")
    call = await pbx.call_in(DORA, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    assert (await ask(ws, "phone/to_voicemail", phone_id=phone, call_id=call.id))["result"] == {}
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    assert call.alive
    again = await ask(ws, "phone/to_voicemail", phone_id=phone, call_id=call.id)
    assert again["error"]["translation_key"] == "call_is_over"
    await pbx.outside(DORA).hang_up()
    await until(lambda: not call.alive)
    assert pbx.books.calls[call.id].outcome == "VOICEMAIL"


async def test_a_call_that_talks_is_not_sent_to_the_mailbox(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    call_id = await talking(hass, pbx)
    refused = await ask(ws, "phone/to_voicemail", phone_id=phone, call_id=call_id)
    assert refused["error"]["code"] == "not_found"


async def test_a_call_is_freed_for_a_registered_browser_only(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    call_id = await talking(hass, pbx)
    refused = await ask(ws, "phone/take", phone_id=phone, call_id=call_id)
    assert refused["error"]["translation_key"] == "no_browser_phone"
    await lease(ws, phone, "b1")
    await ask(ws, "phone/report", phone_id=phone, browser_id="b1", state="ready")
    assert (await ask(ws, "phone/take", phone_id=phone, call_id=call_id))["result"] == {"slot": "6000"}
