"""The events as typed, frozen values; the number before each is the event id of the PBX."""

from dataclasses import field
from enum import IntEnum, StrEnum

from .members import Member
from .models import EndpointKind, Presence, TrunkState, trunk_state
from .value import keyword_value


class Topic(IntEnum):
    """Event ids, as a subscription and a webhook name them."""

    ORGANIZATION_SWITCH = 30005
    ORGANIZATION = 30006
    EXTENSION_REGISTRATION = 30007
    EXTENSION_CALL_STATUS = 30008
    EXTENSION_PRESENCE = 30009
    TRUNK_REGISTRATION = 30010
    CALL_STATE = 30011
    CALL_END = 30012
    CALL_TRANSFER = 30013
    CALL_FORWARD = 30014
    CALL_FAILURE = 30015
    INCOMING_REQUEST = 30016
    DTMF = 30017
    PROMPT_END = 30018
    SURVEY = 30019
    UACSTA = 30020
    EXTENSION_CHANGED = 30022
    TRUNK_CHANGED = 30023
    CONFERENCE_HOST_LEFT = 30024
    AGENT_AUTO_PAUSE = 30025
    AGENT_RING_TIMEOUT = 30026
    REPORT_READY = 30027
    CALL_NOTE = 30028
    AGENT_STATUS = 30029
    BULK_MESSAGE_FAILED = 30030
    MESSAGE = 30031
    MESSAGE_RESULT = 30032
    RECORDING_READY = 30033
    SYSTEM_INFORMATION = 30034
    SYSTEM_WARNING = 30035
    SYSTEM_ALERT = 30036
    READ_RECEIPT = 30038
    CALL_TIMELINE = 30039


@keyword_value
class Event:
    """One event. `serial` is the PBX's; some events come without it."""

    serial: str = ""


@keyword_value
class UnknownEvent(Event):
    """An event of a type that this client does not know. `topic` is its id."""

    topic: int


@keyword_value
class TestEvent(Event):
    """The body that the PBX's "test" button sends to a webhook."""

    __test__ = False


# Calls


@keyword_value
class CallEvent(Event):
    """An event of one call. `members` may be all of its members, only those that changed, or none."""

    call_id: str
    members: tuple[Member, ...] = ()


@keyword_value
class CallStateChanged(CallEvent):
    """30011: members of a call changed."""


@keyword_value
class CallTransferred(CallEvent):
    """30013: an extension transferred the call."""


@keyword_value
class CallForwarded(CallEvent):
    """30014: the call was forwarded."""


@keyword_value
class CallFailed(CallEvent):
    """30015: one leg failed, while the call may go on. `reason` is the PBX's text."""

    reason: str


@keyword_value
class IncomingCallRequest(CallEvent):
    """30016: the PBX holds an inbound call for up to 10 s, for us to accept or refuse."""


@keyword_value
class DtmfDigit(CallEvent):
    """30017: a key was pressed. `index` counts from 0, `digits` are all so far."""

    digit: str
    index: int
    digits: str


@keyword_value
class PromptFinished(CallEvent):
    """30018: a prompt that `play_prompt` started is over."""

    prompt: str


class CallStatus(StrEnum):
    """How a call record says the call ended."""

    ANSWERED = "ANSWERED"
    NO_ANSWER = "NO ANSWER"
    BUSY = "BUSY"
    FAILED = "FAILED"
    VOICEMAIL = "VOICEMAIL"
    ABANDONED = "ABANDONED"
    UNKNOWN = ""

    @classmethod
    def read(cls, value: str) -> CallStatus:
        """The status written so; one guide prints ANSWERD."""
        return _CALL_STATUSES.get(value.upper().replace("_", " "), cls.UNKNOWN)


_CALL_STATUSES = {s.value: s for s in CallStatus} | {"ANSWERD": CallStatus.ANSWERED, "NOANSWER": CallStatus.NO_ANSWER}


class CallType(StrEnum):
    """Where a call record says the call came from and went to."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    UNKNOWN = ""

    @classmethod
    def read(cls, value: str) -> CallType:
        """The type written so, in whatever case."""
        return _CALL_TYPES.get(value.lower(), cls.UNKNOWN)


_CALL_TYPES = {kind.value: kind for kind in CallType}


@keyword_value
class CallEnded(Event):
    """30012: the record of a call, or of one of its stages. Durations in seconds; `started` is local time, to be shown."""

    call_id: str
    status: CallStatus
    type: CallType
    caller: str
    callee: str
    duration: int = 0
    talk_duration: int = 0
    ring_duration: int = 0
    source_trunk: str = ""
    destination_trunk: str = ""
    did: str = ""
    did_name: str = ""
    recording: str = ""
    uid: str = ""
    started: str = ""


@keyword_value
class SurveyFeedback(Event):
    """30019: a caller pressed a key in the satisfaction survey."""

    call_id: str
    result: str


@keyword_value
class PhoneReport(Event):
    """30020: a uaCSTA phone started, answered or ended a call. `call_id` is the phone's own, not the PBX's."""

    operation: str
    extension: str
    call_id: str
    address: str


@keyword_value
class CallNoteChanged(Event):
    """30028: the note of a call can be written, or was."""

    call_id: str
    note_id: str
    extension: str
    display: bool


@keyword_value
class CallTimeline(Event):
    """30039: the record of a call, newer form; it names no `call_id`. Durations in seconds."""

    uid: str
    status: CallStatus
    type: CallType
    caller: str
    callee: str
    duration: int
    talk_duration: int
    ring_duration: int
    hold_duration: int


# Extensions, trunks, organisation


@keyword_value
class ExtensionRegistration(Event):
    """30007: a device of an extension registered or is gone. `kind` is None for one this client does not know."""

    extension: str
    kind: EndpointKind | None
    registered: bool
    address: str = ""


class ExtensionStatus(StrEnum):
    """What 30008 says an extension is doing; BUSY is dialling or talking."""

    IDLE = "Idle"
    RINGING = "Ringing"
    BUSY = "Busy"


@keyword_value
class ExtensionCallStatus(Event):
    """30008: an extension rings, is busy, or is idle."""

    extension: str
    status: ExtensionStatus


@keyword_value
class ExtensionPresence(Event):
    """30009: the presence of an extension changed; None for one this client does not know."""

    extension: str
    presence: Presence | None


@keyword_value
class TrunkRegistration(Event):
    """30010: the state of a trunk changed. `status` is the PBX's code, `state` its meaning."""

    trunk: str
    kind: str
    status: int
    address: str = ""

    @property
    def state(self) -> TrunkState:
        """What the code means."""
        return trunk_state(self.status)


@keyword_value
class ExtensionChanged(Event):
    """30022: an extension was created, updated or deleted. `change` is CREATE, UPDATE or DELETE."""

    extension: str
    change: str


@keyword_value
class TrunkChanged(Event):
    """30023: a trunk was created, updated or deleted."""

    trunk: str
    change: str


@keyword_value
class OrganizationChanged(Event):
    """30005 and 30006: the organisation was switched on or off, or its structure changed."""

    change: str
    ids: tuple[int, ...] = ()


@keyword_value
class ConferenceHostLeft(Event):
    """30024: a conference goes on without its host."""

    conference: str
    host: str


# Queues


@keyword_value
class AgentAutoPaused(Event):
    """30025: the queue paused an agent who did not answer. `callers` are the numbers that rang in vain."""

    queue: str
    agent: str
    callers: tuple[str, ...] = ()


@keyword_value
class AgentRingTimeout(Event):
    """30026: an agent did not answer in time; the call goes on to another."""

    queue: str
    agent: str
    caller: str
    call_id: str


@keyword_value
class AgentStatusChanged(Event):
    """30029: an agent logged in or out, paused or went on. `status` is the PBX's own word."""

    queue: str
    agent: str
    status: str
    reason: str = ""


# Messages, files, system


@keyword_value
class MessageEvent(Event):
    """30031 and 30032: a message came in, or one of ours was sent or failed."""

    incoming: bool
    session_id: str
    message_id: str
    body: str = field(repr=False)
    sender: str = ""
    delivery: int = 0
    error: str = ""


@keyword_value
class BulkMessageFailed(Event):
    """30030: a bulk message did not reach everybody."""

    task_id: str
    total: int
    failed: int


@keyword_value
class ReadReceipt(Event):
    """30038: a message was read. `read_at` in Unix seconds."""

    session_id: str
    message_id: str
    read_at: int


@keyword_value
class FileReady(Event):
    """30027 and 30033: a report or a recording can be fetched for 30 minutes, or could not be made."""

    kind: str
    success: bool
    file: str
    path: str
    error: str = ""


class Severity(StrEnum):
    """How bad the PBX thinks a system event is."""

    INFORMATION = "information"
    WARNING = "warning"
    ALERT = "alert"


@keyword_value
class SystemEvent(Event):
    """30034, 30035, 30036: something happened to the PBX itself, at its local `time`. `kind` is operation, system, ..."""

    severity: Severity
    name: str
    kind: str
    content: str
    time: str = ""
