"""The reducer that owns all calls: events in, what changed out. Pure: no I/O, no clock; the caller gives the time."""

from collections import OrderedDict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from .announced_dials import AnnouncedDials
from .call_legs import (
    GONE,
    fail,
    hand_over,
    infer_transfers,
    leave_all,
    reopen,
    take,
    take_snapshot,
)
from .call_model import NOTHING, Call, CallState, Changes, Moment, MomentKind, Party
from .call_outcome import call_outcome, ends_call, may_have_more
from .call_record import CallRecord, Leg
from .call_times import kept_until, waits_until
from .call_view import concerned_by, moments_of, view
from .deadlines import Deadlines
from .event_kinds import (
    AgentRingTimeout,
    CallEnded,
    CallEvent,
    CallFailed,
    CallForwarded,
    CallTransferred,
    DtmfDigit,
    Event,
    ExtensionCallStatus,
    ExtensionStatus,
    IncomingCallRequest,
)
from .members import CallSnapshot, Member, MemberKind, MemberStatus

STALE: Final = 12 * 3600.0
"""A call of which nothing was heard for so long is over."""
STALE_LOOK: Final = 60.0
"""How often `expire` looks for stale calls, in seconds."""
IDLE_GUARD: Final = 1.0
"""A leg that changed less than this ago is not ended by a (late) "Idle" of its extension."""
HINT_GUARD: Final = 3.0
"""An extension's status (30008) so soon after news of its calls tells nothing that they do not."""
TRANSFER_LIMIT: Final = 64
CALL_LIMIT: Final = 8192
"""Most calls known at once."""
REMEMBERED: Final = 4096
"""Most ids of forgotten calls that are kept, so that late events do not bring them back."""
DIGIT_LIMIT: Final = 256

_PRIORITY: Final = {
    CallState.TALKING: 4,
    CallState.RINGING: 3,
    CallState.DIALING: 2,
    CallState.ON_HOLD: 1,
}


class CallBook:
    """All calls of one PBX.

    Duplicated, late, reordered or missing events end in the same state as the clean sequence would; `reconcile` and
    `verify` repair what was lost. `extensions` are the numbers known to be extensions: it tells an IVR's or a
    queue's record from a person's. The cost of an event is the number of parties in its call.
    """

    def __init__(self, extensions: Container[str] | None = None) -> None:
        """Start empty."""
        self.extensions = extensions
        self._records: dict[str, CallRecord] = {}
        self._calls: dict[str, Call] = {}
        self._live: dict[str, dict[str, None]] = {}
        self._channels: dict[str, str] = {}
        self._pending = Deadlines()
        self._ended = Deadlines()
        self._looked_at = -STALE
        self._forgotten: OrderedDict[str, None] = OrderedDict()
        self.dials = AnnouncedDials()
        self._hints: dict[str, CallState] = {}
        self._heard: OrderedDict[str, float] = OrderedDict()

    @property
    def calls(self) -> Mapping[str, Call]:
        """All running calls and those that ended within the last minute, by id."""
        return self._calls

    @property
    def due(self) -> float | None:
        """When `expire` has something to tell, in Unix seconds; None while nothing waits."""
        return self._pending.next

    def calls_of(self, number: str) -> tuple[Call, ...]:
        """The running calls of one extension, oldest first."""
        return tuple(self._calls[call_id] for call_id in self._live.get(number, ()))

    def state_of(self, number: str) -> CallState:
        """What an extension is doing; with several calls, what asks most for attention."""
        return self.doing(number)[0]

    def doing(self, number: str) -> tuple[CallState, Call | None]:
        """What an extension is doing, and in which of its calls: the one that asks most for attention, of two the older."""
        doing, main = self._hints.get(number, CallState.IDLE), None
        for call_id in self._live.get(number, ()):
            call = self._calls[call_id]
            state = call.state_of(number)
            if main is None or _PRIORITY[state] > _PRIORITY[doing]:
                doing, main = state, call
        return doing, main

    def apply(self, event: Event, at: float) -> Changes:
        """Take one event; `at` is when it came. Never raises; events that are not about calls change nothing."""
        match event:
            case CallEnded():
                return self._on_record(event, at)
            case ExtensionCallStatus():
                return self._on_extension_status(event, at)
            case AgentRingTimeout():
                return self._on_ring_timeout(event, at)
            case CallEvent():
                return self._on_call(event, at)
            case _:
                return NOTHING

    def reconcile(self, snapshots: Iterable[CallSnapshot], at: float) -> Changes:
        """Take the list of all running calls; `at` is when the PBX was asked. What changed since then stays."""
        found = {snapshot.call_id: snapshot for snapshot in snapshots}
        parts = [self._verify(call_id, snapshot, at) for call_id, snapshot in found.items()]
        gone = [record for record in self._records.values() if record.over_at is None and record.id not in found]
        parts += [self._verify(record.id, None, at) for record in gone]
        stale = frozenset(number for number in self._hints if not self._live.get(number))
        for number in stale:
            del self._hints[number]
        return Changes.joined([*parts, Changes(extensions=stale)])

    def verify(self, call_id: str, snapshot: CallSnapshot | None, at: float) -> Changes:
        """Take the PBX's answer about one call; None: not running. `at` is when the PBX was asked."""
        return self._verify(call_id, snapshot, at)

    def expire(self, at: float) -> Changes:
        """Settle calls whose record never came and forget old ones. Call it when `due`, and now and then."""
        parts: list[Changes] = []
        for call_id in self._pending.due(at):
            record = self._records[call_id]
            if record.over_at is None:
                leave_all(record, at)
                record.over_at = at
            record.settled = True
            parts.append(self._commit(record, at))
        for call_id in self._ended.due(at):
            self._forget(self._records[call_id])
        if at >= self._looked_at + STALE_LOOK:
            self._looked_at = at
            parts += [self._give_up(record, at) for record in list(self._records.values()) if record.over_at is None]
        return Changes.joined(parts)

    def _give_up(self, record: CallRecord, at: float) -> Changes:
        """End a call of which nothing was heard for too long."""
        if record.changed_at + STALE > at:
            return NOTHING
        leave_all(record, at)
        record.over_at = at
        record.settled = True
        return self._commit(record, at)

    # Events

    def _record(self, call_id: str, at: float) -> CallRecord | None:
        """The record of a call, made when it is new; None for one that is long over."""
        record = self._records.get(call_id)
        if record is None and call_id not in self._forgotten:
            record = self._new_record(call_id, at)
        return record

    def _new_record(self, call_id: str, at: float) -> CallRecord:
        if len(self._records) >= CALL_LIMIT:
            self._forget(next(iter(self._records.values())))
        record = self._records[call_id] = CallRecord(call_id, at, at)
        return record

    def _on_call(self, event: CallEvent, at: float) -> Changes:
        record = self._record(event.call_id, at)
        if record is None:
            return NOTHING
        if isinstance(event, CallTransferred):
            if len(record.transfers) < TRANSFER_LIMIT:
                record.transfers.add(event.members)
        elif isinstance(event, CallForwarded):
            record.forwarded = True
        self._announce(record, event.members, at)
        doubt, listed = take(record, event.members, at)
        others = self._moved(record, listed, at)
        if isinstance(event, CallFailed):
            doubt |= fail(record, event.members, event.reason, at)
        if not record.legs and not record.failures and not record.rows and record.id not in self._calls:
            del self._records[record.id]
            return NOTHING
        change = self._commit(record, at, doubt=doubt)
        if not others and not isinstance(event, DtmfDigit | IncomingCallRequest):
            return change
        changes = [change, *(self._commit(other, at) for other in others)]
        if isinstance(event, DtmfDigit):
            changes.append(self._on_digit(record, event, at))
        elif isinstance(event, IncomingCallRequest) and not record.undecided:
            record.undecided = True
            call = self._calls[record.id]
            changes.append(Changes(moments=(Moment(MomentKind.UNDECIDED, "", call, at, call.caller),)))
        return Changes.joined(changes)

    def _announce(self, record: CallRecord, members: Iterable[Member], at: float) -> None:
        """Find out whether a new call is one that we ordered; an outside caller proves that it is not."""
        if any(member.kind is MemberKind.INBOUND for member in members):
            record.let_dial("", "")
        elif not record.legs and record.over_at is None:
            for member in members:
                if member.kind is MemberKind.EXTENSION and (callee := self.dials.claim(member.number, at)) is not None:
                    record.let_dial(member.number, callee)

    def _moved(self, record: CallRecord, listed: Iterable[Leg], at: float) -> list[CallRecord]:
        """A channel is in one call at a time: after an attended transfer it leaves the call it was in before.

        Returns the calls that lost one.
        """
        moved: dict[str, set[str]] = {}
        for leg in listed:
            if not leg.live or not leg.channel:
                continue
            before = self._channels.get(leg.channel)
            if before != record.id:
                self._channels[leg.channel] = record.id
                if before in self._records:
                    moved.setdefault(before, set()).add(leg.channel)
        for before, channels in moved.items():
            hand_over(self._records[before], record, channels, at)
        return [self._records[before] for before in moved]

    def _on_digit(self, record: CallRecord, event: DtmfDigit, at: float) -> Changes:
        key = (event.members[0].number if event.members else "", event.index, event.digits)
        if key in record.digits or len(record.digits) >= DIGIT_LIMIT:
            return NOTHING
        record.digits[key] = event.digit
        changes = self._commit(record, at)
        call = self._calls[record.id]
        pressed = [m.number for m in event.members if m.kind is MemberKind.EXTENSION]
        numbers = pressed or [p.number for p in call.parties if p.internal and p.state is not CallState.ENDED] or [""]
        digits = event.digits or event.digit
        told = (
            Moment(MomentKind.DTMF, number, call, at, call.remote_of(number), digit=event.digit, digits=digits)
            for number in numbers
        )
        return Changes.joined([changes, Changes(moments=tuple(told))])

    def _on_record(self, event: CallEnded, at: float) -> Changes:
        record = self._record(event.call_id, at)
        if record is None:
            return NOTHING
        record.add_row(event)
        if record.over_at is None:
            if ends_call(record, event):
                leave_all(record, at)
                record.over_at = at
            else:
                record.closing_at = at
        return self._commit(record, at, doubt=record.over_at is None)

    def _on_extension_status(self, event: ExtensionCallStatus, at: float) -> Changes:
        number = event.extension
        hint = self._hints.get(number)
        if event.status is ExtensionStatus.IDLE:
            parts = [self._left(self._records[call_id], number, at) for call_id in tuple(self._live.get(number, ()))]
            if self._hints.pop(number, None) is not None:
                parts.append(Changes(extensions=frozenset({number})))
            return Changes.joined(parts)
        if number in self._live or self._heard.get(number, -HINT_GUARD) + HINT_GUARD > at:
            return NOTHING
        told = CallState.RINGING if event.status is ExtensionStatus.RINGING else CallState.TALKING
        if told is hint or (hint is None and len(self._hints) >= REMEMBERED):
            return NOTHING
        self._hints[number] = told
        return Changes(extensions=frozenset({number}))

    def _left(self, record: CallRecord, number: str, at: float) -> Changes:
        """An extension is in no call any more, unless that is late news."""
        for leg in record.shares[MemberKind.EXTENSION, number].legs:
            if leg.live and leg.changed_at + IDLE_GUARD <= at:
                leg.leave(at)
        return self._commit(record, at)

    def _on_ring_timeout(self, event: AgentRingTimeout, at: float) -> Changes:
        record = self._records.get(event.call_id)
        if record is None:
            return NOTHING
        for leg in record.live_legs():
            if leg.number == event.agent and leg.status is MemberStatus.RING:
                leg.leave(at)
        return self._commit(record, at)

    # State

    def _verify(self, call_id: str, snapshot: CallSnapshot | None, at: float) -> Changes:
        record = self._records.get(call_id)
        if snapshot is None:
            if record is None or record.over_at is not None:
                return NOTHING
            leave_all(record, at, until=at)
            if not record.live_legs():
                record.over_at = at
            return self._commit(record, at)
        if not any(member.status not in GONE for member in snapshot.members):
            return self._verify(call_id, None, at)
        fresh = record is None
        if record is None:
            self._forgotten.pop(call_id, None)
            record = self._new_record(call_id, at)
        elif record.over_at is not None:
            if record.over_at >= at:
                return NOTHING
            reopen(record)
        self._announce(record, snapshot.members, at)
        others = self._moved(record, take_snapshot(record, snapshot.members, at), at)
        return Changes.joined([self._commit(record, at, quiet=fresh), *(self._commit(other, at) for other in others)])

    def _commit(self, record: CallRecord, at: float, *, doubt: bool = False, quiet: bool = False) -> Changes:
        """Draw the conclusions from a call's facts and tell what changed."""
        if record.over_at is None:
            infer_transfers(record)
            if record.answered_at is None and (record.person_answered() or record.seems_answered()):
                record.answered_at = at
            if record.legs and not record.live_legs():
                record.over_at = at
        outcome = None
        if record.settled or (record.over_at is not None and record.rows):
            outcome = call_outcome(record, self.extensions)
            if not record.settled and not may_have_more(record, outcome):
                record.settled = True
        old = self._calls.get(record.id)
        new = view(record, outcome if record.settled else None, self.extensions)
        self._pending.set(record.id, waits_until(record))
        self._ended.set(record.id, kept_until(record))
        doubtful = frozenset({record.id}) if doubt else frozenset()
        if new == old:
            return Changes(doubtful=doubtful) if doubt else NOTHING
        record.changed_at = at
        self._calls[record.id] = new
        concerned = concerned_by(new, old.parties if old is not None else ())
        self._index(new, concerned, at)
        moments = moments_of(record, old, new, concerned, at)
        if quiet:
            moments = [moment for moment in moments if moment.kind in {MomentKind.INCOMING, MomentKind.OUTGOING}]
            moments = [moment for moment in moments if new.answered_at is None]
        told = frozenset([party.number for party in concerned])
        if record.dropped:
            for number in record.dropped:
                self._off(number, record.id)
            told |= record.dropped
            record.dropped.clear()
        return Changes(told, (new,), tuple(moments), doubtful)

    def _index(self, call: Call, concerned: Sequence[Party], at: float) -> None:
        """Keep the calls of each extension at hand; what 30008 hinted at is known better now."""
        for party in concerned:
            number = party.number
            self._hints.pop(number, None)
            self._heard[number] = at
            self._heard.move_to_end(number)
            if party.state is not CallState.ENDED:
                self._live.setdefault(number, {})[call.id] = None
            else:
                self._off(number, call.id)
        while len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)

    def _off(self, number: str, call_id: str) -> None:
        """The extension is not in that call, whether it was or not."""
        if (calls := self._live.get(number)) is not None:
            calls.pop(call_id, None)
            if not calls:
                del self._live[number]

    def _forget(self, record: CallRecord) -> None:
        del self._records[record.id]
        self._calls.pop(record.id, None)
        self._pending.set(record.id, None)
        self._ended.set(record.id, None)
        for leg in record.legs.values():
            if self._channels.get(leg.channel) == record.id:
                del self._channels[leg.channel]
            if leg.kind is MemberKind.EXTENSION:
                self._off(leg.number, record.id)
        self._forgotten[record.id] = None
        while len(self._forgotten) > REMEMBERED:
            self._forgotten.popitem(last=False)
