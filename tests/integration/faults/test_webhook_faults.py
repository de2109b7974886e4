"""What goes wrong between the PBX and the webhook."""

from homeassistant.core import HomeAssistant
import pytest

from emulator import EmulatedPbx
from tests.integration.conftest import Setup
from tests.integration.faults.end_check import ANNA, BEN, CALLER, EVENTS, EndCheck, miss, talk
from tests.integration.faults.test_pbx_away import POLL
from tests.integration.house_clock import HouseClock

pytestmark = pytest.mark.usefixtures("reachable")
WEBHOOK = {"event_transport": "webhook"}
EXACT = 10


async def both_kinds(pbx: EmulatedPbx, clock: HouseClock) -> None:
    """A call that is answered and one that is not."""
    await talk(pbx, clock)
    await miss(pbx, clock, "1002")
    await pbx.desk("1001").hang_up()


async def test_refused(hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    """Home Assistant refuses every post: after the first call that the poll finds, the webhook is set anew."""
    entry = await setup(options=WEBHOOK)
    pbx.house.webhooks[0].secret = "somebody typed here"
    await talk(pbx, clock)
    assert check.shows(ANNA, "idle")
    await check.until_shown(ANNA, "talking", POLL)
    assert await clock.until(lambda: pbx.house.webhooks[0].secret == entry.data["webhook_secret"], 30) < 30
    assert check.issue("silence", entry) == "events_silent"
    await pbx.desk("1001").hang_up()
    assert await check.until_shown(ANNA, "idle", 5) < 5
    assert check.issue("silence", entry) is None
    await check.all_is_right(entry, EXACT)


async def test_slow(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    entry = await setup(options=WEBHOOK)
    pbx.delay(20)
    await both_kinds(pbx, clock)
    await check.all_is_right(entry, 40)


async def test_retried(hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    """Home Assistant's answers come too late for the PBX, which sends again what was taken long ago."""
    entry = await setup(options=WEBHOOK)
    real = pbx.delivery._post

    async def answered_too_late(*args: object) -> int:
        await real(*args)  # type: ignore[arg-type]
        return 0

    pbx.delivery._post = answered_too_late  # type: ignore[method-assign, assignment]
    await both_kinds(pbx, clock)
    await clock.until(lambda: sum(attempt.attempt for attempt in pbx.delivery.attempts), 60)
    await check.all_is_right(entry, 60)


async def test_duplicated(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    entry = await setup(options=WEBHOOK)
    pbx.duplicate(1000)
    await both_kinds(pbx, clock)
    await check.all_is_right(entry, EXACT)


@pytest.mark.parametrize("window", [2, 3, 5, 8])
async def test_reordered(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, window: int) -> None:
    entry = await setup(options=WEBHOOK)
    pbx.reorder(window)
    await both_kinds(pbx, clock)
    pbx.no_faults()
    await check.all_is_right(entry, EXACT)


@pytest.mark.parametrize("count", [1, 3, 1000])
async def test_truncated(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, count: int) -> None:
    """Half an event is refused, and what it told is found by the poll at the latest."""
    entry = await setup(options=WEBHOOK)
    pbx.corrupt(count)
    await talk(pbx, clock)
    await check.until_shown(ANNA, "talking", POLL)
    pbx.no_faults()
    await pbx.desk("1001").hang_up()
    await check.all_is_right(entry, POLL)
    assert {attempt.status for attempt in pbx.delivery.attempts} == {200, 400}


async def test_oversized(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    entry = await setup(options=WEBHOOK)
    pbx.event(30035, {"event_name": "x", "event_content": "x" * 300_000})
    await both_kinds(pbx, clock)
    await check.all_is_right(entry, EXACT)
    assert [attempt.status for attempt in pbx.delivery.attempts].count(413) == 4


async def test_wrong_signature_of_a_stranger(
    clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    """A stranger who knows the address but not the secret changes nothing, and does not keep the PBX's events away."""
    entry = await setup(options=WEBHOOK)
    ours = pbx.house.webhooks[0]
    for _ in range(30):
        await pbx.delivery._post(type(ours)(ours.url, "guess"), b'{"type": 30011, "sn": "", "msg": "{}"}')
    await both_kinds(pbx, clock)
    await check.all_is_right(entry, EXACT)


async def test_wrong_pbx(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    """A PBX that was restored from this one's backup posts its own calls, signed with our secret."""
    entry = await setup(options=WEBHOOK)
    await miss(pbx, clock)
    await check.all_is_right(entry, EXACT)
    serial, pbx.house.serial = pbx.house.serial, "OTHER"
    await pbx.call_in(CALLER, "1002")
    await clock.pass_time(10)
    assert check.shows(BEN, "idle")
    assert check.issue("foreign", entry) == "events_foreign"
    pbx.event(30034, {})
    await pbx.outside(CALLER).hang_up()
    await clock.pass_time(5)
    pbx.house.serial = serial
    pbx.books.calls.popitem()
    await both_kinds(pbx, clock)
    await check.all_is_right(entry, EXACT)
    assert check.shows(EVENTS, "on")
