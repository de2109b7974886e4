"""Conditions in real automations, against what the emulated PBX's extensions are doing."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition
from homeassistant.helpers.condition import ConditionChecker
import pytest
import voluptuous as vol

from custom_components.yeastar_linkus.browser.softphone import Claim
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.shared import SHARED
from emulator import EmulatedPbx
from tests.integration.automations import automate, device_id, facts
from tests.integration.conftest import Setup
from tests.integration.waiting import until

OUTSIDE = "+4930123456"
ANNA = "_ext_21"
BEN = "_ext_22"


async def checker(hass: HomeAssistant, key: str, target: dict[str, Any], **options: Any) -> ConditionChecker:
    config = {"condition": f"{DOMAIN}.{key}", "target": target, "options": options}
    validated = await condition.async_validate_condition_config(hass, config)
    return await condition.async_from_config(hass, validated)


def on_hold(hass: HomeAssistant) -> bool:
    return hass.states.is_state("sensor.anna_weber_1001", "on_hold")


async def test_call_states(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    entry = await setup()
    target = {"device_id": device_id(hass, entry, ANNA)}
    checks = {key: await checker(hass, key, target) for key in ("is_free", "is_ringing", "is_in_call")}

    def true() -> list[str]:
        return [key for key, check in checks.items() if check.async_check()]

    assert true() == ["is_free"]
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: true() == ["is_ringing"])
    await pbx.desk("1001").answer()
    await until(lambda: true() == ["is_in_call"])
    await pbx.desk("1001").hold_call()
    await until(lambda: on_hold(hass))
    assert true() == ["is_in_call"]
    await pbx.desk("1001").hang_up()
    await until(lambda: true() == ["is_free"])
    for check in checks.values():
        check.async_unload()


async def test_any_and_all_of_several_extensions(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    both = {"device_id": [device_id(hass, entry, ANNA), device_id(hass, entry, BEN)]}
    free_any = await checker(hass, "is_free", both, behavior="any")
    free_all = await checker(hass, "is_free", both, behavior="all")
    assert free_any.async_check()
    assert free_all.async_check()
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    assert free_any.async_check()
    assert not free_all.async_check()
    other = await checker(hass, "is_free", {"entity_id": ["sensor.anna_weber_1001_other_party", "light.none"]})
    assert not other.async_check()
    long = await checker(hass, "is_free", both, **{"for": {"hours": 1}})
    assert not long.async_check()


async def test_a_condition_decides_in_a_real_automation(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    busy = {"condition": f"{DOMAIN}.is_in_call", "target": {"device_id": device_id(hass, entry, BEN)}}
    done = await automate(hass, "call_received", {"device_id": device_id(hass, entry, ANNA)}, [busy])
    first = await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    await pbx.call_in("+4930999999", "1002")
    await pbx.desk("1002").answer()
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "talking"))
    second = await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: done)
    assert [facts(call)["call_id"] for call in done] == [second.id]
    assert first.id != second.id


async def test_reachable_is_whoever_has_a_phone_or_a_browser(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    pbx.unplug("1001")
    entry = await setup(wait_for_events=False)
    anna = await checker(hass, "is_reachable", {"device_id": device_id(hass, entry, ANNA)})
    everybody = await checker(hass, "is_reachable", {"device_id": device_id(hass, entry)}, behavior="all")
    anybody = await checker(hass, "is_reachable", {"device_id": device_id(hass, entry)})
    nobody = await checker(hass, "is_reachable", {"device_id": "gone"}, behavior="all")
    assert not anna.async_check()
    assert not everybody.async_check()
    assert anybody.async_check()
    assert not nobody.async_check()
    assert not anna.needs_polling
    told: list[bool] = []
    stop = await anna.async_track_changes(lambda: told.append(bool(anna.async_check())))
    leases = hass.data[SHARED].leases
    line = (entry.entry_id, "1001")
    claim = Claim(object(), "user", "browser", "Kitchen", lambda event: None)
    release = leases.claim(line, claim, False)
    assert told == [False]
    assert leases.report(line, claim.connection, "browser", "ready", "")
    assert told == [False, True]
    release()
    assert told == [False, True, False]
    stop()
    leases.claim(line, claim, False)
    assert told == [False, True, False]


async def test_presence(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    target = {"device_id": device_id(hass, entry, ANNA)}
    disturb = await checker(hass, "is_do_not_disturb", target)
    away = await checker(hass, "is_presence", target, presence=["away", "do_not_disturb"])
    assert not disturb.async_check()
    assert not away.async_check()
    pbx.set_presence("1001", "do_not_disturb")
    await entry.runtime_data.async_refresh()
    assert disturb.async_check()
    assert away.async_check()


@pytest.mark.parametrize(
    ("key", "options"),
    [("is_presence", {}), ("is_presence", {"presence": "asleep"}), ("is_reachable", {"behavior": "most"})],
)
async def test_what_makes_no_sense_is_refused(
    hass: HomeAssistant, setup: Setup, key: str, options: dict[str, Any]
) -> None:
    entry = await setup(wait_for_events=False)
    with pytest.raises(vol.Invalid):
        await checker(hass, key, {"device_id": device_id(hass, entry)}, **options)
