"""What events did not tell: missed calls of a gap count once, and silence is noticed."""

from itertools import cycle
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.yeastar_linkus.const import DOMAIN
import custom_components.yeastar_linkus.pbx.catch_up as catch_up_module
import custom_components.yeastar_linkus.pbx.delivery as delivery_module
from emulator import EmulatedPbx
from tests.integration.conftest import Setup
from tests.integration.waiting import until

CALLER = "+4930123456"
WEBSOCKET = {"event_transport": "websocket"}
EVENTS = "binary_sensor.demo_house_events"


def missed(entry: MockConfigEntry, number: str = "1001") -> int:
    count: int = entry.runtime_data.missed.get(number, 0)
    return count


async def miss(pbx: EmulatedPbx, number: str = "1001") -> None:
    """Somebody calls and gives up."""
    await pbx.call_in(CALLER, number)
    await until(lambda: pbx.leg(number) is not None)
    await pbx.outside(CALLER).hang_up()
    await until(lambda: pbx.leg(number) is None)


async def gap(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """The socket breaks, and opens again."""
    pbx.delivery.online = True
    await pbx.drop_sockets()
    await until(lambda: hass.states.is_state(EVENTS, "off"))
    await until(lambda: hass.states.is_state(EVENTS, "on"))


async def test_a_missed_call_of_a_gap_counts_once_and_starts_nothing(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(options=WEBSOCKET)
    moments: list[Any] = []
    entry.runtime_data.async_listen_moments(None, moments.append)
    pbx.delivery.online = False
    await miss(pbx)
    await gap(hass, pbx)
    await until(lambda: missed(entry) == 1)
    await gap(hass, pbx)
    assert missed(entry) == 1
    assert moments == []
    await miss(pbx)
    await until(lambda: missed(entry) == 2)
    await gap(hass, pbx)
    assert missed(entry) == 2


async def test_what_was_missed_during_a_reload_or_restart_is_counted(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(options=WEBSOCKET)
    await miss(pbx)
    await until(lambda: missed(entry) == 1)
    last = entry.runtime_data.flow.last_event_at
    assert await hass.config_entries.async_unload(entry.entry_id)
    await miss(pbx, "1002")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: missed(entry, "1002") == 1)
    assert entry.runtime_data.flow.last_event_at == last


async def test_what_somebody_took_or_dialled_in_a_gap_was_not_missed(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(options=WEBSOCKET)
    pbx.delivery.online = False
    pbx.dial("1002", "+4930987654")
    await pbx.call_in(CALLER, "1001")
    await until(lambda: pbx.leg("1001") is not None)
    await pbx.desk("1001").answer()
    await pbx.outside(CALLER).hang_up()
    await pbx.desk("1002").hang_up()
    await until(lambda: len(pbx.history.calls) == 2)
    await gap(hass, pbx)
    await until(lambda: any(request.path == "v1.0/cdr/search" for request in pbx.books.requests))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert missed(entry) == missed(entry, "1002") == 0


async def test_calls_from_before_the_pbx_was_added_are_nobodys_news(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    await miss(pbx)
    for call in pbx.history.calls:
        for stage in call.stages:
            stage.started_at -= 7200
        call.started_at -= 7200
    entry = await setup(options=WEBSOCKET)
    await gap(hass, pbx)
    assert missed(entry) == 0


async def test_an_event_that_comes_after_the_history_is_not_counted_again(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(options=WEBSOCKET)
    taken: list[Any] = []
    with patch.object(entry.runtime_data, "ingest", lambda event, way: taken.append(event)):
        await miss(pbx)
        await until(lambda: len(taken) > 2)
        await gap(hass, pbx)
        await until(lambda: missed(entry) == 1)
    assert missed(entry) == 1
    for event in taken:
        entry.runtime_data.ingest(event, "websocket")
    entry.runtime_data._tell(entry.runtime_data.book.expire(9e9))
    assert missed(entry) == 1


async def test_without_a_history_nothing_is_counted_and_nothing_breaks(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up_module, "REMEMBERED_CALLS", 1)
    pbx.knobs.denied = frozenset({"cdr"})
    entry = await setup(options=WEBSOCKET)
    await miss(pbx)
    await until(lambda: missed(entry) == 1)
    await miss(pbx)
    await until(lambda: missed(entry) == 2)
    await gap(hass, pbx)
    assert missed(entry) == 2


async def test_a_setup_without_events_leaves_no_progress(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    pbx.delivery.online = False
    entry = await setup(options={"event_transport": "webhook"}, wait_for_events=False)
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert await catch_up_module.store(hass, entry.entry_id).async_load() is None


async def test_calls_of_which_no_event_told_are_an_issue_until_one_arrives(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "SILENCE_SECONDS", 0.02)
    entry = await setup(options=WEBSOCKET)
    pbx.delivery.online = False
    await pbx.call_in(CALLER, "1001")

    def issue() -> ir.IssueEntry | None:
        return ir.async_get(hass).async_get_issue(DOMAIN, f"silence_{entry.entry_id}")

    async_fire_time_changed(hass, dt_util.utcnow().replace(year=2099))
    await until(issue)
    pbx.delivery.online = True
    await pbx.outside(CALLER).hang_up()
    await until(lambda: issue() is None)


async def test_events_that_are_only_slow_are_no_silence(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "SILENCE_SECONDS", 0.2)
    entry = await setup(options=WEBSOCKET)
    pbx.delivery.online = False
    await pbx.call_in(CALLER, "1001")
    async_fire_time_changed(hass, dt_util.utcnow().replace(year=2099))
    await until(lambda: entry.runtime_data.book.calls)
    judged_at = hass.loop.time() + 0.3
    pbx.delivery.online = True
    pbx.set_presence("1001", "away")
    await until(lambda: hass.loop.time() > judged_at)
    assert not ir.async_get(hass).async_get_issue(DOMAIN, f"silence_{entry.entry_id}")


async def test_what_is_known_is_written_although_events_never_pause(
    hass_storage: dict[str, Any], hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up_module, "SAVE_SECONDS", 0.3)
    entry = await setup(options=WEBSOCKET)
    presence = cycle(("away", "available"))

    def written_while_events_come() -> bool:
        pbx.set_presence("1001", next(presence))
        return f"{DOMAIN}.catch_up.{entry.entry_id}" in hass_storage

    await until(written_while_events_come)
