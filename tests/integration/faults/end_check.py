"""The end of every fault: no call hanging, lost or counted twice, no login wasted. The PBX's own books are the truth."""

from collections import Counter

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.triggers.call_log import EVENT_CALL
from emulator import EmulatedPbx
from emulator.books import CallRecord
from tests.integration.house_clock import HouseClock

EVENTS = "binary_sensor.demo_house_events"
ANNA = "sensor.anna_weber_1001"
BEN = "sensor.ben_carter_1002"
CALLER = "+4930123456"


class EndCheck:
    """Listens to what Home Assistant tells of calls, and compares."""

    def __init__(self, hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx) -> None:
        """Begin to listen."""
        self._hass = hass
        self._clock = clock
        self._pbx = pbx
        self.ends: Counter[tuple[str, str]] = Counter()
        hass.bus.async_listen(EVENT_CALL, self._note)

    @callback
    def _note(self, event: Event) -> None:
        if event.data["type"] != "answered":
            self.ends[event.data["call_id"], event.data["extension"]] += 1

    def issue(self, kind: str, entry: MockConfigEntry) -> str | None:
        """The translation key of the repair issue of that kind, or None."""
        found = ir.async_get(self._hass).async_get_issue(DOMAIN, f"{kind}_{entry.entry_id}")
        return found.translation_key if found else None

    def shows(self, entity_id: str, state: str) -> bool:
        """Whether an entity is in that state."""
        return self._hass.states.is_state(entity_id, state)

    async def until_shown(self, entity_id: str, state: str, limit: float) -> float:
        """Let time pass until the user sees it. Returns the seconds that took."""
        return await self._clock.until(lambda: self.shows(entity_id, state), limit)

    def missed_in_truth(self) -> Counter[str]:
        """How many calls each extension missed: it rang, nobody took the call, and the PBX has a record of it."""
        missed: Counter[str] = Counter()
        for record in self._pbx.books.calls.values():
            if record.recorded and record.outcome == "NO ANSWER":
                missed.update(number for number in _rung(record) if self._pbx.house.extension(number))
        return missed

    async def all_is_right(self, entry: MockConfigEntry, limit: float, *, also_ended: int = 0) -> float:
        """Let time pass until Home Assistant knows what the PBX knows, and look whether it stays so.

        Returns the seconds that took. `also_ended` are calls that a restart of the PBX ended without any record.
        """

        def right() -> bool:
            return not self._differences(entry)

        started = self._clock.now()
        try:
            await self._clock.until(right, limit)
        except AssertionError:
            raise AssertionError(self._differences(entry)) from None
        took = self._clock.now() - started
        # Records are waited for, ended calls are kept a while, polls come by.
        await self._clock.pass_time(400)
        assert self._differences(entry) == []
        assert max(self.ends.values(), default=0) <= 1, self.ends
        calls = {record.call.id for record in self._pbx.books.calls.values() if record.recorded}
        assert len({call_id for call_id, _ in self.ends} - calls) <= also_ended
        return took

    def _differences(self, entry: MockConfigEntry) -> list[str]:
        coordinator = entry.runtime_data
        found = [] if coordinator.last_update_success else ["the last poll failed"]
        truth = {call.id for call in self._pbx.switchboard.calls.values() if call.alive}
        known = {call.id for call in coordinator.book.calls.values() if call.active}
        found += [f"call {call_id} hangs" for call_id in known - truth]
        found += [f"call {call_id} is not seen" for call_id in truth - known]
        found += [
            f"call {call.id} has no outcome"
            for call in coordinator.book.calls.values()
            if not call.active and not call.outcome
        ]
        for number in coordinator.exposed():
            busy = any(leg.number == number for call in self._pbx.switchboard.calls.values() for leg in call.members)
            if (coordinator.main_call(number) is not None) is not busy:
                found.append(f"{number} is {'' if busy else 'not '}in a call")
        missed = self.missed_in_truth()
        counted = Counter({number: count for number, count in coordinator.missed.items() if count})
        if counted != missed:
            found.append(f"missed {dict(counted)} instead of {dict(missed)}")
        return found

    def at_every_end(self) -> None:
        """What no fault may bring about: a block of our address, or tokens that pile up.

        One may be left behind where the PBX went away before it could be given back; it ends after half an hour.
        """
        assert self._pbx.guard.blocked_until("127.0.0.1") is None
        assert self.failed_logins() < self._pbx.knobs.strikes - 2
        for scope in ("api", "sdk"):
            mine = [token for token in self._pbx.tokens.valid(scope) if not token.access.startswith("other")]
            assert len(mine) <= 2

    def failed_logins(self) -> int:
        """How many logins with wrong credentials the PBX saw."""
        return sum(request.errcode == -1 for request in self._pbx.books.requested("get_token"))


def _rung(record: CallRecord) -> set[str]:
    """Who was called."""
    numbers = {who for entry in record.history for who, _ in entry.members}
    return {n for n in numbers if "RING" in record.statuses(n) and n != record.call.caller_number}


async def miss(pbx: EmulatedPbx, clock: HouseClock, number: str = "1001", seconds: float = 5) -> None:
    """Somebody calls an extension and gives up."""
    await pbx.call_in(CALLER, number)
    await clock.until(lambda: pbx.leg(number), 5)
    await clock.pass_time(seconds)
    await pbx.outside(CALLER).hang_up()


async def talk(pbx: EmulatedPbx, clock: HouseClock, number: str = "1001") -> None:
    """Somebody calls an extension and is answered; the call goes on."""
    await pbx.call_in(CALLER, number)
    await pbx.desk(number).answer()
    await clock.pass_time(1)
