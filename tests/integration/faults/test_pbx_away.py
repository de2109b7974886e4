"""The PBX is away, comes back, moves, changes its certificate or has another time."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from emulator.certificate import self_signed
from emulator.clock import SystemClock
from tests.integration.conftest import SERIAL, Setup, entry_data
from tests.integration.faults.end_check import ANNA, BEN, CALLER, EVENTS, EndCheck, miss, talk
from tests.integration.house_clock import HouseClock
from tests.integration.waiting import until

WEBSOCKET = {"event_transport": "websocket"}
TRANSPORTS = [{"event_transport": "webhook"}, WEBSOCKET, {"event_transport": "both"}]
# The poll comes every five minutes, and a refresh may be spread by some seconds.
POLL = 305


async def start(hass: HomeAssistant, pbx: EmulatedPbx, **changes: Any) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN, title="Demo house", unique_id=SERIAL, data=entry_data(pbx, **changes), options=WEBSOCKET
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    return entry


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry, url: str) -> dict[str, Any]:
    """Submit the address with nothing else changed; accept the certificate where that is asked."""
    flow = await entry.start_reconfigure_flow(hass)
    pairs = {"api": {"client_id": entry.data["client_id"]}, "sdk": {"access_id": entry.data["access_id"]}}
    if url != entry.data["url"]:
        pairs["api"]["client_secret"] = entry.data["client_secret"]
        pairs["sdk"]["access_key"] = entry.data["access_key"]
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"url": url, "certificate": "pin", **pairs}
    )
    if result.get("step_id") == "trust":
        result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()
    return dict(result)


async def test_pbx_down_at_start(hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, check: EndCheck) -> None:
    away = asyncio.create_task(pbx.restart(away=60))
    await until(lambda: pbx._runner is None)
    entry = await start(hass, pbx)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"
    await clock.until(away.done, 61)
    assert await clock.until(lambda: entry.state is ConfigEntryState.LOADED, 85) < 85
    await check.until_shown(EVENTS, "on", 5)
    await miss(pbx, clock)
    await check.all_is_right(entry, 10)


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("options", TRANSPORTS)
async def test_pbx_down_for_a_minute(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, options: dict[str, str]
) -> None:
    entry = await setup(options=options)
    await miss(pbx, clock)
    await clock.pass_time(5)
    away = asyncio.create_task(pbx.restart(away=60))
    await clock.pass_time(20)
    await entry.runtime_data.async_refresh()
    assert check.shows(ANNA, "unavailable")
    with pytest.raises(HomeAssistantError) as refused:
        await hass.services.async_call(
            DOMAIN, "dial", {"config_entry_id": entry.entry_id, "extension": "1001", "number": "1002"}, blocking=True
        )
    assert refused.value.translation_key == "cannot_connect"
    await clock.until(away.done, 61)
    await check.until_shown(ANNA, "idle", POLL)
    await check.until_shown(EVENTS, "on", 65)
    await miss(pbx, clock, "1002")
    await check.all_is_right(entry, 10)


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize(("options", "limit"), zip(TRANSPORTS, (POLL, 30, 30), strict=True))
async def test_pbx_restarted_in_the_middle_of_calls(
    clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, options: dict[str, str], limit: float
) -> None:
    entry = await setup(options=options)
    await talk(pbx, clock)
    await pbx.call_in("+4930999", "1002")
    await check.until_shown(BEN, "ringing", 5)
    await pbx.restart()
    assert await check.until_shown(ANNA, "idle", limit) < limit
    # What rang when the PBX went down counts as missed, although the PBX has no record of it.
    await clock.until(lambda: entry.runtime_data.missed.get("1002"), 10)
    entry.runtime_data.clear_missed("1002")
    await miss(pbx, clock)
    await check.all_is_right(entry, limit, also_ended=2)


async def test_address_of_the_pbx_changed(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, reachable: str, setup: Setup, check: EndCheck
) -> None:
    entry = await setup()
    before = pbx.url
    await pbx.stop()
    pbx.on_stop.clear()
    await pbx.start()
    assert pbx.url != before
    await check.until_shown(ANNA, "unavailable", POLL)
    assert (await reconfigure(hass, entry, pbx.url))["reason"] == "reconfigure_successful"
    await check.until_shown(EVENTS, "on", 5)
    assert len(pbx.house.webhooks) == 1
    await miss(pbx, clock)
    await check.all_is_right(entry, 10)


async def test_certificate_renewed(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, reachable: str, setup: Setup, check: EndCheck
) -> None:
    entry = await setup()
    pbx._certificate = self_signed()
    await pbx.restart()
    sent = len(pbx.books.requests)
    await check.until_shown(ANNA, "unavailable", POLL)
    assert check.issue("refused", entry) == "certificate_not_trusted"
    # Nothing is said to whom nobody knows, whatever time passes.
    await clock.pass_time(3600)
    assert len(pbx.books.requests) == sent
    assert (await reconfigure(hass, entry, pbx.url))["reason"] == "reconfigure_successful"
    await check.until_shown(EVENTS, "on", 5)
    assert check.issue("refused", entry) is None
    await miss(pbx, clock)
    await check.all_is_right(entry, 10)


@pytest.mark.parametrize(
    ("trust", "state"), [("pin", ConfigEntryState.LOADED), ("verify", ConfigEntryState.SETUP_RETRY)]
)
async def test_certificate_expired(
    hass: HomeAssistant,
    clock: HouseClock,
    pbx: EmulatedPbx,
    check: EndCheck,
    trust: str,
    state: ConfigEntryState,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who accepted this very certificate goes on with it; who asked for one that others vouch for is told."""
    import datetime

    import emulator.certificate as certificate_module

    class Past(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return super().now(tz) - datetime.timedelta(days=400)

    with monkeypatch.context() as patch:
        patch.setattr(certificate_module.datetime, "datetime", Past)
        pbx._certificate = self_signed()
    await pbx.restart()
    entry = await start(hass, pbx, certificate=trust)
    assert entry.state is state
    if state is ConfigEntryState.LOADED:
        await check.until_shown(EVENTS, "on", 5)
        await miss(pbx, clock)
        await check.all_is_right(entry, 10)
        return
    assert entry.error_reason_translation_key == "certificate_not_trusted"
    assert check.issue("refused", entry) == "certificate_not_trusted"
    assert pbx.books.requests == []


class SkewedClock(SystemClock):
    """The clock of a PBX that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return super().now() + self._seconds


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("seconds", [-900, 900])
async def test_clock_of_the_pbx_is_off_by_minutes(
    hass: HomeAssistant, clock: HouseClock, setup: Setup, pbx: EmulatedPbx, check: EndCheck, seconds: float
) -> None:
    skewed = SkewedClock(seconds)
    for part in (pbx, pbx.tokens, pbx.signatures, pbx.guard, pbx.books, pbx.archive, pbx.delivery, pbx.switchboard):
        setattr(part, "clock" if hasattr(part, "clock") else "_clock", skewed)
    entry = await setup(options=WEBSOCKET)
    await miss(pbx, clock)
    await clock.pass_time(10)
    pbx.delivery.online = False
    await miss(pbx, clock, "1002")
    pbx.delivery.online = True
    await pbx.drop_sockets()
    await check.all_is_right(entry, 10)
    await pbx.call_in(CALLER, "1001")
    await check.until_shown(ANNA, "ringing", 5)
    (call,) = entry.runtime_data.book.calls_of("1001")
    assert abs(call.started_at - clock.now()) < 5
    # A signature that the PBX's own clock has not run out of.
    signature = await entry.runtime_data.client.create_signature("1001")
    assert pbx.signatures.check("1001", signature.secret)
    await pbx.outside(CALLER).hang_up()
    await check.all_is_right(entry, 10)
