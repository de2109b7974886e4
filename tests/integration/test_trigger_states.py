"""Triggers about trunks, queues and presence, in real automations against the emulated PBX."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.automations import automate, device_id
from tests.integration.conftest import SERIAL, Setup
from tests.integration.waiting import until

OUTSIDE = "+4930123456"


def entity_of(hass: HomeAssistant, domain: str, end: str) -> er.RegistryEntry:
    """Our entity whose unique id ends so."""
    return next(
        entity
        for entity in er.async_get(hass).entities.values()
        if entity.platform == DOMAIN and entity.domain == domain and entity.unique_id.endswith(end)
    )


@pytest.mark.parametrize(("trigger", "first", "then"), [("trunk_problem", 1, 41), ("trunk_recovered", 41, 1)])
async def test_a_trunk_fails_and_recovers(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, trigger: str, first: int, then: int
) -> None:
    pbx.set_trunk_status("Outside", first)
    await setup()
    problem = entity_of(hass, "binary_sensor", "_problem")
    assert problem.unique_id.startswith(SERIAL)
    done = await automate(hass, trigger, {"device_id": problem.device_id})
    state = hass.states.get(problem.entity_id).state
    pbx.set_trunk_status("Outside", then)
    await until(lambda: done)
    assert hass.states.get(problem.entity_id).state != state
    assert problem.entity_id in str(done[0].data["facts"])


async def test_callers_wait(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    pbx.house.queues[0].static_agents = ()
    await setup()
    waiting = entity_of(hass, "sensor", "_waiting")
    await until(lambda: hass.states.is_state(waiting.entity_id, "0"))
    done = await automate(hass, "queue_waiting", {"entity_id": waiting.entity_id}, over=0)
    await pbx.call_in(OUTSIDE, "6500")
    await until(lambda: done, 10)
    assert hass.states.is_state(waiting.entity_id, "1")


async def test_how_many_must_wait(hass: HomeAssistant, setup: Setup) -> None:
    await setup(wait_for_events=False)
    waiting = entity_of(hass, "sensor", "_waiting").entity_id
    done = await automate(hass, "queue_waiting", {"entity_id": waiting}, over=2)
    for state, fired in (("0", 0), ("2", 0), ("3", 1), ("4", 1), ("unavailable", 1), ("5", 1), ("1", 1), ("9", 2)):
        hass.states.async_set(waiting, state)
        await hass.async_block_till_done()
        assert len(done) == fired


@pytest.mark.parametrize(("options", "fired"), [({}, 2), ({"presence": ["do_not_disturb"]}, 1)])
async def test_presence_changes(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, options: dict[str, Any], fired: int
) -> None:
    entry = await setup()
    anna = device_id(hass, entry, "_ext_21")
    done = await automate(hass, "presence_changed", {"device_id": anna}, **options)
    presence = entity_of(hass, "select", "_ext_21_presence").entity_id
    for chosen in ("lunch", "do_not_disturb"):
        pbx.set_presence("1001", chosen)
        pbx.set_presence("1002", chosen)
        await until(lambda chosen=chosen: hass.states.is_state(presence, chosen))
    await until(lambda: len(done) == fired)
