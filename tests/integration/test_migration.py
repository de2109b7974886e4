"""Entries of other versions, several PBXs at once, and what is left after unload, reload and removal."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import SERIAL, Setup, entry_data
from tests.integration.waiting import until


@pytest.mark.parametrize(
    ("version", "minor", "state"),
    [(1, 1, ConfigEntryState.LOADED), (1, 2, ConfigEntryState.LOADED), (2, 1, ConfigEntryState.MIGRATION_ERROR)],
)
async def test_an_entry_of_a_newer_major_version_is_refused_and_left_alone(
    hass: HomeAssistant, pbx: EmulatedPbx, version: int, minor: int, state: ConfigEntryState
) -> None:
    data = {**entry_data(pbx), "from_the_future": True}
    entry = MockConfigEntry(
        domain=DOMAIN, title="Demo house", unique_id=SERIAL, data=data, version=version, minor_version=minor
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is state
    assert (entry.version, entry.minor_version) == (version, minor)
    assert entry.data == data


async def test_two_pbxs_with_the_same_numbers_do_not_meet(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    async with EmulatedPbx() as other:
        other.house.serial = "3631A2100002"
        first = await setup(options={"event_transport": "websocket"})
        second = MockConfigEntry(
            domain=DOMAIN,
            title="Second house",
            unique_id="3631A2100002",
            data=entry_data(other, webhook_id="e" * 64),
            options={"event_transport": "websocket"},
        )
        second.add_to_hass(hass)
        assert await hass.config_entries.async_setup(second.entry_id)
        await until(lambda: hass.states.is_state("binary_sensor.second_house_events", "on"))
        await other.call_in("+4930123456", "1001")
        await until(lambda: second.runtime_data.book.calls_of("1001"))
        assert not first.runtime_data.book.calls_of("1001")
        assert second.runtime_data.key != first.runtime_data.key
        registry = er.async_get(hass)
        mine, others = (
            {item.unique_id for item in er.async_entries_for_config_entry(registry, entry.entry_id)}
            for entry in (first, second)
        )
        assert mine
        assert len(mine) == len(others)
        assert not mine & others
        assert await hass.config_entries.async_remove(second.entry_id)
        assert first.state is ConfigEntryState.LOADED


async def test_nothing_is_left_after_two_reloads_and_the_removal(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, hass_storage: dict[str, Any]
) -> None:
    listeners = dict(hass.bus.async_listeners())
    entry = await setup()
    entities = len(er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id))
    for _ in range(2):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until(lambda: hass.states.is_state("binary_sensor.demo_house_events", "on"))
    assert len(er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)) == entities
    assert len(pbx.house.webhooks) == 1
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert pbx.house.webhooks == []
    assert pbx.tokens.valid() == []
    assert not pbx.delivery.sockets
    assert not er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert not dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert not [issue for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN and issue.active]
    assert not [state for state in hass.states.async_all() if "demo_house" in state.entity_id]
    assert not [key for key in hass_storage if entry.entry_id in key]
    left = {kind for kind, count in hass.bus.async_listeners().items() if count > listeners.get(kind, 0)}
    # Registries and stores of Home Assistant itself wait for its end.
    assert {kind for kind in left if not kind.startswith("homeassistant_")} == set()
