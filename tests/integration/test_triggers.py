"""Triggers in real automations, fired by calls of the emulated PBX."""

from datetime import datetime
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.trace import DATA_TRACE
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.helpers.trigger import async_initialize_triggers, async_validate_trigger_config
from homeassistant.setup import async_setup_component
import pytest

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.yeastar.call_model import (
    Call,
    CallState,
    Changes,
    Direction,
    Moment,
    MomentKind,
)
from emulator import EmulatedPbx
from tests.integration.automations import automate, device_id, facts
from tests.integration.conftest import Setup
from tests.integration.waiting import until

OUTSIDE = "+4930123456"
ANNA = "_ext_21"
BEN = "_ext_22"


async def missed_call(pbx: EmulatedPbx, to: str = "1001", caller: str = OUTSIDE) -> None:
    """Somebody calls and gives up."""
    await pbx.call_in(caller, to)
    await pbx.desk(to).wait("ringing")
    await pbx.outside(caller).hang_up()


async def talk(pbx: EmulatedPbx, to: str = "1001", caller: str = OUTSIDE) -> None:
    """Somebody calls, is answered and hangs up."""
    await pbx.call_in(caller, to)
    await pbx.desk(to).answer()
    await pbx.outside(caller).hang_up()


async def test_a_call_received_is_told_with_its_facts(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    done = await automate(hass, "call_received", {"device_id": device_id(hass, entry, ANNA)})
    call = await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: done)
    told = facts(done[0])
    assert datetime.fromisoformat(told.pop("started_at")).tzinfo is not None
    assert told.pop("did")
    assert told.pop("trunk")
    assert told == {
        "description": "incoming call for Anna Weber",
        "call_id": call.id,
        "pbx": "Demo house",
        "config_entry_id": entry.entry_id,
        "device_id": device_id(hass, entry, ANNA),
        "extension": "1001",
        "extension_name": "Anna Weber",
        "number": OUTSIDE,
        "name": "",
        "direction": "in",
        "path": "",
        "outcome": None,
        "answered_at": None,
        "ended_at": None,
        "ring_duration": None,
        "talk_duration": None,
        "duration": None,
    }


@pytest.mark.parametrize("trigger", ["call_answered", "call_ended"])
async def test_a_call_that_was_answered(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, trigger: str
) -> None:
    entry = await setup()
    done = await automate(hass, trigger, {"device_id": device_id(hass, entry, ANNA)})
    await talk(pbx)
    await until(lambda: done)
    assert facts(done[0])["extension"] == "1001"
    assert facts(done[0])["answered_at"]
    if trigger == "call_ended":
        assert facts(done[0])["outcome"] == "answered"
        assert facts(done[0])["talk_duration"] is not None
        assert facts(done[0])["ended_at"]


async def test_a_missed_call(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    entry = await setup()
    done = await automate(hass, "call_missed", {"device_id": device_id(hass, entry, ANNA)})
    await talk(pbx)
    await missed_call(pbx, "1002")
    await missed_call(pbx)
    await until(lambda: done)
    assert [facts(call)["outcome"] for call in done] == ["missed"]
    assert facts(done[0])["talk_duration"] == 0


async def test_a_call_that_went_to_the_mailbox(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    anna = pbx.house.extension("1001")
    assert anna is not None
    anna.no_answer, anna.ring_seconds = "voicemail", 0.2
    done = await automate(hass, "voicemail_received", {"device_id": device_id(hass, entry, ANNA)})
    await pbx.call_in(OUTSIDE, "1001")
    await pbx.desk("1001").wait("ringing")
    await until(lambda: pbx.desk("1001").ringing is None)
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: done)
    assert facts(done[0])["outcome"] == "voicemail"


async def test_a_call_that_waits_for_a_decision_is_turned_away(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    pbx.house.trunks[0].control_inbound = True
    target = {"device_id": device_id(hass, entry)}
    done = await automate(hass, "call_undecided", target, number="+49 30 123*")
    other = await pbx.call_in("+4940999999", "1001")
    call = await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: done)
    told = facts(done[0])
    assert (told["call_id"], told["number"], told["extension"], told["direction"]) == (call.id, OUTSIDE, "", "in")
    assert told["device_id"] == device_id(hass, entry)
    await hass.services.async_call(DOMAIN, "refuse_inbound", {"call_id": told["call_id"]}, blocking=True)
    await until(lambda: not call.alive)
    assert other.alive
    assert len(done) == 1


async def test_keys_pressed_in_a_call(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    entry = await setup()
    done = await automate(hass, "key_pressed", {"device_id": device_id(hass, entry, ANNA)}, digits=["7*", "42#"])
    await pbx.call_in(OUTSIDE, "1001")
    await pbx.desk("1001").answer()
    for digit in "7142#":
        await pbx.desk("1001").press(digit)
    await until(lambda: done)
    assert [(facts(one)["digit"], facts(one)["digits"], facts(one)["number"]) for one in done] == [
        ("#", "7142#", OUTSIDE)
    ]


async def test_a_call_between_extensions_is_started_by_one_and_received_by_the_other(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    target = {"device_id": [device_id(hass, entry, ANNA), device_id(hass, entry, BEN)]}
    done = await automate(hass, "call_started", target, direction=["internal"], name="ben*")
    await pbx.desk("1001").dial("1002")
    await until(lambda: done)
    told = facts(done[0])
    assert (told["extension"], told["number"], told["direction"]) == ("1001", "1002", "internal")
    assert told["name"].startswith("Ben")


@pytest.mark.parametrize("kind", ["entity_id", "label_id", "area_id", "pbx"])
async def test_an_extension_is_targeted_in_many_ways(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, kind: str
) -> None:
    entry = await setup()
    devices = dr.async_get(hass)
    target: dict[str, Any] = {"device_id": device_id(hass, entry)}
    if kind == "entity_id":
        target = {"entity_id": ["sensor.anna_weber_1001_other_party", "light.gone"]}
    elif kind == "label_id":
        label = lr.async_get(hass).async_create("Office")
        er.async_get(hass).async_update_entity("sensor.anna_weber_1001", labels={label.label_id})
        target = {"label_id": label.label_id}
    elif kind == "area_id":
        area = ar.async_get(hass).async_create("Office")
        # The PBX stands there too, which must not make everybody's calls the office's.
        for suffix in ("", ANNA):
            devices.async_update_device(device_id(hass, entry, suffix), area_id=area.id)
        target = {"area_id": area.id}
    done = await automate(hass, "call_missed", target)
    await missed_call(pbx, "1002")
    await missed_call(pbx)
    wanted = ["1002", "1001"] if kind == "pbx" else ["1001"]
    await until(lambda: len(done) == len(wanted))
    assert sorted(facts(call)["extension"] for call in done) == sorted(wanted)


async def test_a_caller_who_gives_up_before_any_extension_rings_is_told_to_the_pbx(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    done = await automate(hass, "call_ended", {"device_id": device_id(hass, entry)})
    pbx.house.queues[0].static_agents = ()
    await pbx.call_in(OUTSIDE, "6500")
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: done)
    told = facts(done[0])
    assert (told["extension"], told["number"], told["direction"]) == ("", OUTSIDE, "in")
    assert told["device_id"] == device_id(hass, entry)
    assert told["outcome"] == "abandoned"


async def test_the_trigger_outlives_reloads_and_follows_the_registries(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    label = lr.async_get(hass).async_create("Office")
    done = await automate(hass, "call_missed", {"label_id": label.label_id})
    dr.async_get(hass).async_update_device(device_id(hass, entry, BEN), labels={label.label_id})
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: hass.states.is_state("binary_sensor.demo_house_events", "on"))
    await missed_call(pbx, "1002")
    await until(lambda: done)
    await hass.services.async_call(AUTOMATION, "turn_off", {"entity_id": "automation.ours"}, blocking=True)
    dr.async_get(hass).async_update_device(device_id(hass, entry, BEN), labels=set())
    await hass.async_block_till_done()
    await missed_call(pbx, "1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "idle"))
    assert len(done) == 1


@pytest.mark.parametrize(
    ("options", "reason", "was"),
    [
        ({"number": ["+49 89*", "1002"]}, "number_did_not_match", OUTSIDE),
        ({"name": "Grandma"}, "name_did_not_match", ""),
        ({"did": "anonymous"}, "did_did_not_match", None),
        ({"direction": "internal"}, "direction_did_not_match", "in"),
        ({"outcome": ["answered"]}, "outcome_did_not_match", "missed"),
        ({"minimum_duration": {"minutes": 1}}, "minimum_duration_did_not_match", 0),
    ],
)
async def test_why_a_call_did_not_trigger_is_in_the_trace(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    options: dict[str, Any],
    reason: str,
    was: object,
) -> None:
    entry = await setup()
    assert await async_setup_component(hass, "trace", {})
    done = await automate(hass, "call_ended", {"device_id": device_id(hass, entry, ANNA)}, **options)
    await missed_call(pbx)
    await until(lambda: "automation.ours" in hass.data[DATA_TRACE])
    trace = next(hass.data[DATA_TRACE]["automation.ours"].all_traces()).as_extended_dict()
    assert not done
    text = str(trace)
    assert reason in text
    if was is not None:
        assert repr(was) in text


async def test_empty_options_mean_any_call(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    entry = await setup()
    done = await automate(
        hass, "call_ended", {"device_id": device_id(hass, entry, ANNA)}, number=[], outcome=[], minimum_duration=0
    )
    await missed_call(pbx)
    await until(lambda: done)


@pytest.mark.parametrize(
    "options", [{"number": "Anna"}, {"number": "*"}, {"number": "1" * 80}, {"outcome": "ended"}, {"digit": "1"}]
)
async def test_what_makes_no_sense_is_refused(hass: HomeAssistant, setup: Setup, options: dict[str, Any]) -> None:
    entry = await setup(wait_for_events=False)
    automation = {
        "alias": "ours",
        "triggers": {
            "trigger": f"{DOMAIN}.call_received",
            "target": {"device_id": device_id(hass, entry, ANNA)},
            "options": options,
        },
        "actions": [],
    }
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: [automation]})
    assert hass.states.get("automation.ours").state == "unavailable"


async def test_nothing_is_told_after_the_end_and_a_wrong_number_without_a_trace_is_silent(
    hass: HomeAssistant, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    anna = device_id(hass, entry, ANNA)
    told: list[str] = []

    async def act(variables: dict[str, Any], context: Context | None = None) -> None:
        told.append(variables["trigger"]["number"])

    config = [
        {
            "platform": f"{DOMAIN}.call_received",
            "target": {"device_id": anna},
            "options": {"number": ["1002"]},
        }
    ]
    config = await async_validate_trigger_config(hass, config)
    stop = await async_initialize_triggers(hass, config, act, DOMAIN, "ours", lambda *args, **kwargs: None)
    assert stop is not None

    def happen(remote: str) -> None:
        call = Call("1", Direction.IN, CallState.RINGING, (), remote, "1001", 0.0)
        moment = Moment(MomentKind.INCOMING, "1001", call, 0.0, remote)
        entry.runtime_data._tell(Changes(moments=(moment,)))

    happen("1003")
    happen("1002")
    await hass.async_block_till_done()
    assert told == ["1002"]
    happen("1002")
    dr.async_get(hass).async_update_device(anna, name_by_user="Anna")
    stop()
    await hass.async_block_till_done()
    assert told == ["1002"]
