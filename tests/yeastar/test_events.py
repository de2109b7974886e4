"""From raw bytes to typed events."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.yeastar_linkus.yeastar import (
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
    EndpointKind,
    Event,
    EventTally,
    ExtensionCallStatus,
    ExtensionChanged,
    ExtensionPresence,
    ExtensionRegistration,
    ExtensionStatus,
    FileReady,
    IncomingCallRequest,
    MalformedEvent,
    Member,
    MemberKind,
    MemberStatus,
    MessageEvent,
    OrganizationChanged,
    PhoneReport,
    Presence,
    PromptFinished,
    ReadReceipt,
    Severity,
    SurveyFeedback,
    SystemEvent,
    TestEvent,
    Topic,
    TrunkChanged,
    TrunkRegistration,
    TrunkState,
    UnknownEvent,
    decode_event,
)
from custom_components.yeastar_linkus.yeastar.events import EVENT_LIMIT, READERS

MEMBERS = [{"extension": {"number": "1001", "channel_id": "PJSIP/1001-1", "member_status": "RING", "call_path": ""}}]
RING = (Member(MemberKind.EXTENSION, "1001", MemberStatus.RING, "PJSIP/1001-1"),)
CDR = {
    "call_id": "1.2",
    "time_start": "2026-02-15 09:05:00",
    "call_from": "Anna<0123>",
    "call_to": "1001",
    "call_duration": "60",
    "talk_duration": 50,
    "src_trunk_name": "Trunk1",
    "dst_trunk_name": " ",
    "status": "ANSWERED",
    "type": "Inbound",
    "recording": "a.wav",
    "did_number": "3212345678",
    "did_name": "Office",
    "agent_ring_time": 4,
    "uid": "u1",
}
CASES: list[tuple[int, dict[str, Any], Event]] = [
    (30005, {"org_status": 1, "sn": "inner"}, OrganizationChanged(change="enabled")),
    (30005, {"org_status": "0"}, OrganizationChanged(change="disabled")),
    (30006, {"id_list": [1, "2", 3, True], "action": "update"}, OrganizationChanged(change="update", ids=(1, 3))),
    (
        30007,
        {"extension": "1001", "kind": "Mobile", "status": "Registered", "registered_ip": "10.0.0.5:5060"},
        ExtensionRegistration(extension="1001", kind=EndpointKind.MOBILE, registered=True, address="10.0.0.5:5060"),
    ),
    (
        30007,
        {"extension": 1001, "kind": "Toaster", "status": "Unregistered"},
        ExtensionRegistration(extension="1001", kind=None, registered=False),
    ),
    (
        30008,
        {"extension": "1001", "status": "Busy"},
        ExtensionCallStatus(extension="1001", status=ExtensionStatus.BUSY),
    ),
    (30009, {"extension": "1001", "status": "lunch"}, ExtensionPresence(extension="1001", presence=Presence.LUNCH)),
    (30009, {"extension": "1001", "status": "zen"}, ExtensionPresence(extension="1001", presence=None)),
    (
        30010,
        {"trunk_name": "T", "kind": "PJSIP", "status": 42, "registered_ip": "x"},
        TrunkRegistration(trunk="T", kind="PJSIP", status=42, address="x"),
    ),
    (30011, {"call_id": "1.2", "members": MEMBERS}, CallStateChanged(call_id="1.2", members=RING)),
    (30011, {"call_id": "1.2", "members": None}, CallStateChanged(call_id="1.2")),
    (
        30012,
        CDR,
        CallEnded(
            call_id="1.2",
            status=CallStatus.ANSWERED,
            type=CallType.INBOUND,
            caller="0123",
            callee="1001",
            duration=60,
            talk_duration=50,
            ring_duration=4,
            source_trunk="Trunk1",
            did="3212345678",
            did_name="Office",
            recording="a.wav",
            uid="u1",
            started="2026-02-15 09:05:00",
        ),
    ),
    (30013, {"call_id": "1.2", "members": MEMBERS}, CallTransferred(call_id="1.2", members=RING)),
    (30014, {"call_id": "1.2", "members": MEMBERS}, CallForwarded(call_id="1.2", members=RING)),
    (30015, {"call_id": "1.2", "reason": "DND", "members": None}, CallFailed(call_id="1.2", reason="DND")),
    (30016, {"call_id": "1.2", "members": []}, IncomingCallRequest(call_id="1.2")),
    (
        30017,
        {"call_id": "1.2", "members": MEMBERS, "info": "5", "flag": 1, "infos": "15"},
        DtmfDigit(call_id="1.2", members=RING, digit="5", index=1, digits="15"),
    ),
    (30018, {"call_id": "1.2", "members": [], "prompt": "doorbell"}, PromptFinished(call_id="1.2", prompt="doorbell")),
    (30019, {"call_id": "1.2", "survey_result": "5"}, SurveyFeedback(call_id="1.2", result="5")),
    (
        30020,
        {"operation": "call_start", "extension": "1001", "call_id": "7", "ip_address": "10.0.0.5:5060"},
        PhoneReport(operation="call_start", extension="1001", call_id="7", address="10.0.0.5:5060"),
    ),
    (30022, {"ext_number": "1001", "option": "update"}, ExtensionChanged(extension="1001", change="UPDATE")),
    (30023, {"trunk_name": "T", "option": "DELETE"}, TrunkChanged(trunk="T", change="DELETE")),
    (30024, {"conference_id": 6400, "host_num": "1001"}, ConferenceHostLeft(conference="6400", host="1001")),
    (
        30025,
        {"queue_number": "6500", "agent_number": "1002", "calls": [{"caller_number": "1"}, 2]},
        AgentAutoPaused(queue="6500", agent="1002", callers=("1",)),
    ),
    (
        30026,
        {"queue_number": "6500", "agent_number": "1002", "caller_number": "1", "call_id": "1.2"},
        AgentRingTimeout(queue="6500", agent="1002", caller="1", call_id="1.2"),
    ),
    (
        30027,
        {"key": "report_download", "result": "success", "file": "f", "download_resource_url": "/d", "error": ""},
        FileReady(kind="report_download", success=True, file="f", path="/d"),
    ),
    (
        30028,
        {"display": 1, "call_note_id": "n", "group_id": "1.2", "ext_num": "1001"},
        CallNoteChanged(call_id="1.2", note_id="n", extension="1001", display=True),
    ),
    (
        30029,
        {"queue_number": "queue-6500", "agent_number": "1002", "status": "Paused", "reason": "Lunch"},
        AgentStatusChanged(queue="6500", agent="1002", status="Paused", reason="Lunch"),
    ),
    (30030, {"task_id": "t", "total": 3, "fail_count": 2}, BulkMessageFailed(task_id="t", total=3, failed=2)),
    (
        30031,
        {"session_id": 3, "msg_id": 4, "msg_body": "hi", "sender": {"number": "0123"}},
        MessageEvent(incoming=True, session_id="3", message_id="4", body="hi", sender="0123"),
    ),
    (
        30032,
        {"session_id": 3, "msg_id": 4, "delivery_status": 2, "send_error": "auth_fail", "sender": None},
        MessageEvent(incoming=False, session_id="3", message_id="4", body="", delivery=2, error="auth_fail"),
    ),
    (
        30033,
        {"key": "recording_download", "result": "fail", "error": "e"},
        FileReady(kind="recording_download", success=False, file="", path="", error="e"),
    ),
    (
        30034,
        {"event_name": "web_admin_login_succ", "event_type": "operation", "event_content": "a\nb", "create_time": "x"},
        SystemEvent(
            severity=Severity.INFORMATION, name="web_admin_login_succ", kind="operation", content="a\nb", time="x"
        ),
    ),
    (30035, {}, SystemEvent(severity=Severity.WARNING, name="", kind="", content="")),
    (30036, {}, SystemEvent(severity=Severity.ALERT, name="", kind="", content="")),
    (
        30038,
        {"data": {"session_id": 1, "read_msg_id": 2, "read_time": 3}},
        ReadReceipt(session_id="1", message_id="2", read_at=3),
    ),
    (30038, {"session_id": 1}, ReadReceipt(session_id="1", message_id="", read_at=0)),
    (
        30039,
        {"uid": "u1", "status": "BUSY", "call_type": "Internal", "call_from": "1", "call_to": "2", "hold_duration": 5},
        CallTimeline(
            uid="u1",
            status=CallStatus.BUSY,
            type=CallType.INTERNAL,
            caller="1",
            callee="2",
            duration=0,
            talk_duration=0,
            ring_duration=0,
            hold_duration=5,
        ),
    ),
]


@pytest.mark.parametrize("nested", [False, True], ids=["object", "string"])
@pytest.mark.parametrize(
    ("topic", "msg", "event"), CASES, ids=lambda value: str(value) if isinstance(value, int) else ""
)
def test_every_event(topic: int, msg: dict[str, Any], event: Event, nested: bool) -> None:
    envelope = {"type": topic, "msg": json.dumps(msg) if nested else msg}
    serial = "inner" if "sn" in msg else ""
    decoded = decode_event(json.dumps(envelope).encode())
    assert type(decoded) is type(event)
    assert decoded.serial == serial
    envelope |= {"type": str(topic), "sn": "outer"}
    again = decode_event(json.dumps(envelope))
    assert again.serial == "outer"
    for name in type(event).__dataclass_fields__:
        if name != "serial":
            assert getattr(decoded, name) == getattr(again, name) == getattr(event, name)


def test_every_topic_has_a_reader_and_a_case() -> None:
    assert set(READERS) == set(Topic) == {topic for topic, _, _ in CASES}


def test_the_states_of_trunks() -> None:
    assert TrunkRegistration(trunk="T", kind="", status=42).state is TrunkState.UNREACHABLE
    assert TrunkRegistration(trunk="T", kind="", status=999).state is TrunkState.UNKNOWN


def test_what_is_no_type() -> None:
    assert decode_event(b'{"event": "test", "sn": "x"}') == TestEvent(serial="x")
    assert decode_event('{"type": 39999, "sn": "x", "msg": 5}') == UnknownEvent(serial="x", topic=39999)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"type": "x"}',
        b'{"type": null}',
        b'{"type": 1e999}',
        b'{"type": 30011}',
        b'{"type": 30011, "msg": "{"}',
        b'{"type": 30011, "msg": "[]"}',
        b'{"type": 30011, "msg": {}}',
        b'{"type": 30011, "msg": {"call_id": " "}}',
        b'{"type": 30011, "msg": {"call_id": {}}}',
        b'{"type": 30008, "msg": {"extension": "1", "status": "Dancing"}}',
        b'{"type": 30012, "call_id": "1.2", "status": "ANSWERED"}',
        b'{"type": 30011, "msg": ' + b"[" * 5000 + b"}",
        b'{"type": 30011, "msg": "' + b"x" * EVENT_LIMIT + b'"}',
    ],
)
def test_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedEvent):
        decode_event(raw)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("ANSWERD", CallStatus.ANSWERED),
        ("answered", CallStatus.ANSWERED),
        ("NO_ANSWER", CallStatus.NO_ANSWER),
        ("NOANSWER", CallStatus.NO_ANSWER),
        ("CONGESTION", CallStatus.UNKNOWN),
    ],
)
def test_the_ways_a_status_is_written(written: str, status: CallStatus) -> None:
    assert CallStatus.read(written) is status


def test_an_unknown_type_of_call() -> None:
    assert CallType.read("Lunar") is CallType.UNKNOWN


def test_members() -> None:
    event = decode_event(
        json.dumps(
            {
                "type": 30011,
                "msg": {
                    "call_id": "1",
                    "members": [
                        {"inbound": {"from": "0123", "to": "99", "trunk_name": "T", "member_status": "answered"}},
                        {"outbound": {"from": "1001", "to": "0456", "member_status": "EARLYMEDIA", "channel_id": "c"}},
                        {"internal": {"from": "1001", "to": "1002", "member_status": "WEIRD"}},
                        {"satellite": {"number": "1"}},
                        {"extension": []},
                        "junk",
                        *[{"extension": {"number": str(n)}} for n in range(300)],
                    ],
                },
            }
        )
    )
    assert isinstance(event, CallStateChanged)
    assert event.members[:3] == (
        Member(MemberKind.INBOUND, "0123", MemberStatus.ANSWERED, other="99", trunk="T"),
        Member(MemberKind.OUTBOUND, "0456", MemberStatus.EARLY_MEDIA, "c", other="1001"),
        Member(MemberKind.INTERNAL, "1001", MemberStatus.UNKNOWN, other="1002"),
    )
    assert len(event.members) < 256


def test_long_texts_are_cut() -> None:
    event = decode_event(json.dumps({"type": 30008, "msg": {"extension": "9" * 9999, "status": "Idle"}}))
    assert isinstance(event, ExtensionCallStatus)
    assert len(event.extension) == 256


def test_the_tally_is_bounded() -> None:
    tally = EventTally(limit=3)
    for topic in (1, 2, 3, 4, 5, 1):
        tally.unknown(UnknownEvent(topic=topic))
    assert tally.counts == {1: 2, 2: 1, 3: 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=12), children, max_size=4),
    max_leaves=12,
)
KEYS = sorted({key for _, msg, _ in CASES for key in msg} | {"number", "from", "to", "member_status", "channel_id"})


@given(
    topic=st.sampled_from([*Topic, 39999]),
    msg=st.dictionaries(st.sampled_from(KEYS), json_values | st.just(MEMBERS), max_size=8),
)
@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine any input is slow
def test_nothing_but_an_event_or_malformed_comes_out(topic: int, msg: dict[str, Any]) -> None:
    try:
        event = decode_event(json.dumps({"type": topic, "msg": msg}))
    except MalformedEvent:
        return
    assert isinstance(event, Event)
    hash(event)


@given(raw=st.binary(max_size=200) | st.text(max_size=200))
def test_noise(raw: bytes | str) -> None:
    try:
        decode_event(raw)
    except MalformedEvent:
        return
