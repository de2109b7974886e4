"""The PBX's numbered events, made of the switchboard's facts and gated by the monitors."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from .books import Books
from .facts import (
    AgentChanged,
    AgentMissed,
    CallAsks,
    CallEnded,
    CallFailed,
    CallForwarded,
    CallMoved,
    CallRecorded,
    CallTransferred,
    DeviceRegistered,
    DigitPressed,
    ExtensionActivity,
    Fact,
    Member,
    PresenceChanged,
    PromptPlayed,
    Raw,
    TrunkChanged,
)
from .history import History
from .house import House

SUPPORTED = frozenset(range(30005, 30021)) | frozenset(range(30022, 30037)) | {30038, 30039}


def known(house: House) -> frozenset[int]:
    """The events that this PBX's firmware knows."""
    return SUPPORTED if house.knobs.known_events is None else SUPPORTED & house.knobs.known_events


# The vendor's samples print msg of these as an object.
_OBJECTS = frozenset({30025, 30026, 30027, 30029, 30030, 30032, 30033, 30034, 30035, 30036, 30039})
_KINDS = {"sip_phone": "Sip", "linkus_mobile": "Mobile", "linkus_desktop": "Desktop", "linkus_web": "Web"}

type Sink = Callable[[int, dict[str, Any]], None]


class Events:
    """Turns facts into events and hands each to the sinks as (number, msg)."""

    def __init__(self, house: House, books: Books, history: History) -> None:
        self._house = house
        self._books = books
        self._history = history
        self.sinks: list[Sink] = []

    def send(self, number: int, msg: dict[str, Any]) -> None:
        """An event happens."""
        self._books.event(number, msg)
        for sink in tuple(self.sinks):
            sink(number, msg)

    def envelope(self, number: int, msg: dict[str, Any], dump: Callable[[Any], str]) -> dict[str, Any]:
        """The event as it goes over the wire."""
        knobs = self._house.knobs
        as_text = knobs.msg == "string" or (knobs.msg == "documented" and number not in _OBJECTS)
        envelope: dict[str, Any] = {"type": number}
        if number not in knobs.without_sn:
            envelope["sn"] = self._house.serial
        return envelope | {"msg": dump(msg) if as_text else msg}

    # -- members -----------------------------------------------------------------------------------------------------

    def shown(self, members: Iterable[Member], *, monitored_only: bool = True) -> list[Member]:
        """The members that an event or a query lists."""
        shown: list[Member] = []
        for member in members:
            if monitored_only and member.trunk_name and not self._monitored(member.trunk_name):
                continue
            twin = next((m for m in shown if member.role == "extension" and m.number == member.number), None)
            if twin is None or self._house.knobs.member_per_device:
                shown.append(member)
            elif (twin.status == "BYE") or (twin.status == "RING" and member.status not in ("RING", "BYE")):
                shown[shown.index(twin)] = replace(member, changed=True)
        return shown

    def _monitored(self, trunk_name: str) -> bool:
        trunk = self._house.trunk(trunk_name)
        return trunk is not None and trunk.monitor_calls

    def _call_state(self, call_id: str, members: tuple[Member, ...]) -> None:
        knobs = self._house.knobs
        trunks = {member.trunk_name for member in members if member.trunk_name}
        if knobs.unmonitored_trunk == "no_event" and not all(self._monitored(trunk) for trunk in trunks):
            return
        if not trunks and knobs.internal_calls_need_monitor:
            extensions = [self._house.extension(member.number) for member in members]
            if not any(extension is not None and extension.monitor_calls for extension in extensions):
                return
        shown = self.shown(members)
        if not any(member.changed for member in shown):
            return
        if knobs.members == "changed":
            shown = [member for member in shown if member.changed]
        self.send(30011, {"call_id": call_id, "members": [member.as_json() for member in shown]})

    def _call_over(self, fact: CallEnded) -> None:
        rule = self._house.knobs.bye
        members = fact.members
        visible = self.shown(members)
        if rule == "none" or not visible:
            return
        first = next((m for m in visible if m.channel_id == fact.hanger), visible[0])
        order = [first] if rule == "hanger" else [first, *(m for m in members if m is not first)]
        now = {member.channel_id: replace(member, changed=False) for member in members}
        for member in order:
            now[member.channel_id] = replace(member, status="BYE", changed=True)
            self._call_state(fact.call.id, tuple(now.values()))
            now[member.channel_id] = replace(now[member.channel_id], changed=False)

    # -- facts -------------------------------------------------------------------------------------------------------

    def take(self, fact: Fact) -> None:
        """Make the events of one fact."""
        house, knobs = self._house, self._house.knobs
        match fact:
            case CallMoved(call, members):
                self._call_state(call.id, members)
            case CallEnded():
                self._call_over(fact)
            case CallRecorded(call):
                for row in self._history.event_rows(call):
                    self.send(30012, row)
                if knobs.timeline:
                    for row in self._history.timelines(call, self._books.history_of(call.id)):
                        self.send(30039, row)
            case CallFailed(call, reason, failed, members):
                chosen = {"extension": failed or members, "all": members, "null": ()}[knobs.failure_members]
                listed = [m.as_json() for m in self.shown(chosen)]
                msg = {
                    "call_id": call.id,
                    "reason": reason,
                    "members": None if knobs.failure_members == "null" else listed,
                }
                self.send(30015, msg)
            case CallTransferred(call, members, by_api):
                if not by_api or knobs.report_api_transfers:
                    self.send(30013, self._with_members(call.id, members))
            case CallForwarded(call, members):
                self.send(30014, self._with_members(call.id, members))
            case CallAsks(call, members):
                self.send(30016, {"call_id": call.id, "members": [m.as_json() for m in members if m.role == "inbound"]})
            case DigitPressed(call, member, digit, index, digits):
                msg = self._with_members(call.id, (member,)) | {"info": digit, "flag": index, "infos": digits}
                self.send(30017, msg)
            case PromptPlayed(call, members, prompt):
                self.send(30018, self._with_members(call.id, members) | {"prompt": prompt})
            case ExtensionActivity(number, status):
                if (extension := house.extension(number)) is not None and extension.monitor_calls:
                    self.send(30008, {"extension": number, "status": status})
            case DeviceRegistered(number, kind, registered, address):
                if (extension := house.extension(number)) is not None and extension.monitor_registration:
                    state = "Registered" if registered else "Unregistered"
                    msg = {"extension": number, "kind": _KINDS[kind], "status": state, "registered_ip": address}
                    self.send(30007, msg)
            case PresenceChanged(number, presence):
                if (extension := house.extension(number)) is not None and extension.monitor_presence:
                    self.send(30009, {"extension": number, "status": presence})
            case TrunkChanged(name, kind, status, address):
                self.send(30010, {"trunk_name": name, "kind": kind, "status": status, "registered_ip": address})
            case AgentChanged(queue, agent, status, reason):
                msg = {"queue_number": f"queue-{queue}", "agent_number": agent, "status": status, "reason": reason}
                self.send(30029, msg)
            case AgentMissed(queue, agent, caller, call_id):
                self.send(
                    30026,
                    {"queue_number": queue, "agent_number": agent, "caller_number": caller, "call_id": call_id},
                )
            case Raw(number, msg):
                self.send(number, msg)

    def _with_members(self, call_id: str, members: tuple[Member, ...]) -> dict[str, Any]:
        return {"call_id": call_id, "members": [member.as_json() for member in self.shown(members)]}
