"""From raw bytes to one typed event, whether they came by webhook or by WebSocket."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from .errors import MalformedEvent
from .event_kinds import (
    AgentAutoPaused,
    AgentRingTimeout,
    AgentStatusChanged,
    BulkMessageFailed,
    CallEnded,
    CallFailed,
    CallForwarded,
    CallNoteChanged,
    CallStateChanged,
    CallStatus,
    CallTimeline,
    CallTransferred,
    CallType,
    ConferenceHostLeft,
    DtmfDigit,
    Event,
    ExtensionCallStatus,
    ExtensionChanged,
    ExtensionPresence,
    ExtensionRegistration,
    ExtensionStatus,
    FileReady,
    IncomingCallRequest,
    MessageEvent,
    OrganizationChanged,
    PhoneReport,
    PromptFinished,
    ReadReceipt,
    Severity,
    SurveyFeedback,
    SystemEvent,
    TestEvent,
    Topic,
    TrunkChanged,
    TrunkRegistration,
    UnknownEvent,
)
from .members import members
from .models import EndpointKind, presence
from .shape import decode_json, integer, integers, objects, switch, text

EVENT_LIMIT: Final = 256 * 1024
"""Longest event taken, in bytes."""
LONG_TEXT: Final = 4096
"""Longest free text kept, in characters."""


def decode_event(raw: bytes | str, limit: int = EVENT_LIMIT) -> Event:
    """The event in the body of a webhook or in a WebSocket frame. Raises MalformedEvent."""
    if len(raw) > limit:
        raise MalformedEvent(f"longer than {limit} bytes")
    try:
        envelope = decode_json(raw)
    except ValueError:
        raise MalformedEvent("no JSON") from None
    if not isinstance(envelope, dict):
        raise MalformedEvent("no object")
    return event_from(envelope)


def event_from(envelope: Mapping[str, Any]) -> Event:
    """The event in a decoded envelope. Raises MalformedEvent.

    `msg` is a JSON document in a string or an object, by event and firmware. It is never merged into the envelope:
    the `type` of a call record would overwrite the event's.
    """
    topic = integer(envelope, "type", -1)
    if topic < 0:
        if envelope.get("event") == "test":
            return TestEvent(serial=text(envelope, "sn"))
        raise MalformedEvent("no type")
    if (read := READERS.get(topic)) is None:
        return UnknownEvent(serial=text(envelope, "sn"), topic=topic)
    body = envelope.get("msg")
    if isinstance(body, str):
        try:
            body = decode_json(body)
        except ValueError:
            raise MalformedEvent(f"{topic}: msg is no JSON") from None
    if not isinstance(body, dict):
        raise MalformedEvent(f"{topic}: msg is no object")
    return read(body, text(envelope, "sn") or text(body, "sn"))


class EventTally:
    """How many events of each id came, for diagnostics; a bounded number of ids."""

    def __init__(self, limit: int = 128) -> None:
        """Count at most `limit` different ids."""
        self.counts: Counter[int] = Counter()
        self.malformed = 0
        self._limit = limit

    def unknown(self, event: UnknownEvent) -> None:
        """Count an event of an unknown type."""
        if event.topic in self.counts or len(self.counts) < self._limit:
            self.counts[event.topic] += 1


_EXTENSION_STATUSES: Final = {status.value: status for status in ExtensionStatus}

type Reader = Callable[[dict[str, Any], str], Event]


def _need(body: Mapping[str, Any], key: str) -> str:
    if not (value := text(body, key)):
        raise MalformedEvent(f"no {key}")
    return value


def _number(body: Mapping[str, Any], key: str) -> str:
    """The number in "Name<number>", as call records may write it."""
    value = text(body, key)
    return value[:-1].rpartition("<")[2].strip() if value.endswith(">") else value


def _call_end(body: dict[str, Any], serial: str) -> Event:
    return CallEnded(
        serial=serial,
        call_id=_need(body, "call_id"),
        status=CallStatus.read(text(body, "status")),
        type=CallType.read(text(body, "type")),
        caller=_number(body, "call_from"),
        callee=_number(body, "call_to"),
        duration=integer(body, "call_duration"),
        talk_duration=integer(body, "talk_duration"),
        ring_duration=integer(body, "agent_ring_time"),
        source_trunk=text(body, "src_trunk_name"),
        destination_trunk=text(body, "dst_trunk_name"),
        did=text(body, "did_number"),
        did_name=text(body, "did_name"),
        recording=text(body, "recording"),
        uid=text(body, "uid"),
        started=text(body, "time_start"),
    )


def _timeline(body: dict[str, Any], serial: str) -> Event:
    return CallTimeline(
        serial=serial,
        uid=_need(body, "uid"),
        status=CallStatus.read(text(body, "status")),
        type=CallType.read(text(body, "call_type")),
        caller=_number(body, "call_from"),
        callee=_number(body, "call_to"),
        duration=integer(body, "call_duration"),
        talk_duration=integer(body, "talk_duration"),
        ring_duration=integer(body, "ring_duration"),
        hold_duration=integer(body, "hold_duration"),
    )


def _registration(body: dict[str, Any], serial: str) -> Event:
    kind = text(body, "kind").lower()
    return ExtensionRegistration(
        serial=serial,
        extension=_need(body, "extension"),
        kind=EndpointKind(kind) if kind in EndpointKind else None,
        registered=text(body, "status").lower() == "registered",
        address=text(body, "registered_ip"),
    )


def _call_status(body: dict[str, Any], serial: str) -> Event:
    if (status := _EXTENSION_STATUSES.get(text(body, "status").capitalize())) is None:
        raise MalformedEvent("no status that an extension can have")
    return ExtensionCallStatus(serial=serial, extension=_need(body, "extension"), status=status)


def _message(body: dict[str, Any], serial: str, *, incoming: bool) -> Event:
    sender = body.get("sender")
    return MessageEvent(
        serial=serial,
        incoming=incoming,
        session_id=text(body, "session_id"),
        message_id=text(body, "msg_id"),
        body=text(body, "msg_body", LONG_TEXT),
        sender=next((value for key in ("user_no", "number", "name") if (value := text(sender, key))), "")
        if isinstance(sender, dict)
        else "",
        delivery=integer(body, "delivery_status"),
        error=text(body, "send_error"),
    )


def _read_receipt(body: dict[str, Any], serial: str) -> Event:
    data = body.get("data")
    inner = data if isinstance(data, dict) else body
    return ReadReceipt(
        serial=serial,
        session_id=text(inner, "session_id"),
        message_id=text(inner, "read_msg_id"),
        read_at=integer(inner, "read_time"),
    )


def _file(body: dict[str, Any], serial: str) -> Event:
    return FileReady(
        serial=serial,
        kind=text(body, "key"),
        success=text(body, "result").lower() == "success",
        file=text(body, "file", LONG_TEXT),
        path=text(body, "download_resource_url", LONG_TEXT),
        error=text(body, "error"),
    )


def _system(severity: Severity) -> Reader:
    return lambda body, serial: SystemEvent(
        serial=serial,
        severity=severity,
        name=text(body, "event_name"),
        kind=text(body, "event_type"),
        content=text(body, "event_content", LONG_TEXT),
        time=text(body, "create_time"),
    )


def _queue_number(body: Mapping[str, Any]) -> str:
    """30029 writes "queue-6400" where 30025 and 30026 write "6400"."""
    return _need(body, "queue_number").removeprefix("queue-")


READERS: Final[dict[int, Reader]] = {
    Topic.ORGANIZATION_SWITCH: lambda body, serial: OrganizationChanged(
        serial=serial, change="enabled" if switch(body, "org_status") else "disabled"
    ),
    Topic.ORGANIZATION: lambda body, serial: OrganizationChanged(
        serial=serial, change=text(body, "action"), ids=integers(body.get("id_list"))
    ),
    Topic.EXTENSION_REGISTRATION: _registration,
    Topic.EXTENSION_CALL_STATUS: _call_status,
    Topic.EXTENSION_PRESENCE: lambda body, serial: ExtensionPresence(
        serial=serial, extension=_need(body, "extension"), presence=presence(text(body, "status"))
    ),
    Topic.TRUNK_REGISTRATION: lambda body, serial: TrunkRegistration(
        serial=serial,
        trunk=_need(body, "trunk_name"),
        kind=text(body, "kind"),
        status=integer(body, "status"),
        address=text(body, "registered_ip"),
    ),
    Topic.CALL_STATE: lambda body, serial: CallStateChanged(
        serial=serial, call_id=_need(body, "call_id"), members=members(body.get("members"))
    ),
    Topic.CALL_END: _call_end,
    Topic.CALL_TRANSFER: lambda body, serial: CallTransferred(
        serial=serial, call_id=_need(body, "call_id"), members=members(body.get("members"))
    ),
    Topic.CALL_FORWARD: lambda body, serial: CallForwarded(
        serial=serial, call_id=_need(body, "call_id"), members=members(body.get("members"))
    ),
    Topic.CALL_FAILURE: lambda body, serial: CallFailed(
        serial=serial,
        call_id=_need(body, "call_id"),
        members=members(body.get("members")),
        reason=text(body, "reason"),
    ),
    Topic.INCOMING_REQUEST: lambda body, serial: IncomingCallRequest(
        serial=serial, call_id=_need(body, "call_id"), members=members(body.get("members"))
    ),
    Topic.DTMF: lambda body, serial: DtmfDigit(
        serial=serial,
        call_id=_need(body, "call_id"),
        members=members(body.get("members")),
        digit=text(body, "info", 16),
        index=integer(body, "flag"),
        digits=text(body, "infos"),
    ),
    Topic.PROMPT_END: lambda body, serial: PromptFinished(
        serial=serial,
        call_id=_need(body, "call_id"),
        members=members(body.get("members")),
        prompt=text(body, "prompt"),
    ),
    Topic.SURVEY: lambda body, serial: SurveyFeedback(
        serial=serial, call_id=_need(body, "call_id"), result=text(body, "survey_result")
    ),
    Topic.UACSTA: lambda body, serial: PhoneReport(
        serial=serial,
        operation=text(body, "operation"),
        extension=_need(body, "extension"),
        call_id=text(body, "call_id"),
        address=text(body, "ip_address"),
    ),
    Topic.EXTENSION_CHANGED: lambda body, serial: ExtensionChanged(
        serial=serial, extension=_need(body, "ext_number"), change=text(body, "option").upper()
    ),
    Topic.TRUNK_CHANGED: lambda body, serial: TrunkChanged(
        serial=serial, trunk=_need(body, "trunk_name"), change=text(body, "option").upper()
    ),
    Topic.CONFERENCE_HOST_LEFT: lambda body, serial: ConferenceHostLeft(
        serial=serial, conference=_need(body, "conference_id"), host=text(body, "host_num")
    ),
    Topic.AGENT_AUTO_PAUSE: lambda body, serial: AgentAutoPaused(
        serial=serial,
        queue=_queue_number(body),
        agent=_need(body, "agent_number"),
        callers=tuple(text(call, "caller_number") for call in objects(body.get("calls"))[:64]),
    ),
    Topic.AGENT_RING_TIMEOUT: lambda body, serial: AgentRingTimeout(
        serial=serial,
        queue=_queue_number(body),
        agent=_need(body, "agent_number"),
        caller=text(body, "caller_number"),
        call_id=text(body, "call_id"),
    ),
    Topic.REPORT_READY: _file,
    Topic.CALL_NOTE: lambda body, serial: CallNoteChanged(
        serial=serial,
        call_id=text(body, "group_id"),
        note_id=text(body, "call_note_id"),
        extension=text(body, "ext_num"),
        display=switch(body, "display"),
    ),
    Topic.AGENT_STATUS: lambda body, serial: AgentStatusChanged(
        serial=serial,
        queue=_queue_number(body),
        agent=_need(body, "agent_number"),
        status=text(body, "status"),
        reason=text(body, "reason"),
    ),
    Topic.BULK_MESSAGE_FAILED: lambda body, serial: BulkMessageFailed(
        serial=serial,
        task_id=text(body, "task_id"),
        total=integer(body, "total"),
        failed=integer(body, "fail_count"),
    ),
    Topic.MESSAGE: lambda body, serial: _message(body, serial, incoming=True),
    Topic.MESSAGE_RESULT: lambda body, serial: _message(body, serial, incoming=False),
    Topic.RECORDING_READY: _file,
    Topic.SYSTEM_INFORMATION: _system(Severity.INFORMATION),
    Topic.SYSTEM_WARNING: _system(Severity.WARNING),
    Topic.SYSTEM_ALERT: _system(Severity.ALERT),
    Topic.READ_RECEIPT: _read_receipt,
    Topic.CALL_TIMELINE: _timeline,
}
