"""Every event that the PBX sends, malformed in every way: refused or taken, and the next good one is right again."""

import asyncio
import json
from typing import Any

from homeassistant.components.webhook import async_handle_webhook
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest
import pytest

from custom_components.yeastar_linkus.const import EVENT_TOPICS
from custom_components.yeastar_linkus.yeastar.event_kinds import Topic
from emulator import EmulatedPbx
from emulator.delivery import signature
from tests.integration.conftest import WEBHOOK_ID, WEBHOOK_SECRET, Setup
from tests.integration.faults.end_check import ANNA, EndCheck, miss
from tests.integration.faults.shapes import variants
from tests.integration.faults.test_pbx_away import POLL
from tests.integration.house_clock import HouseClock

MEMBERS = [
    {"inbound": {"from": "+49301", "to": "1001", "trunk_name": "Outside", "channel_id": "T1", "member_status": "ALERT", "call_path": ""}},
    {"extension": {"number": "1001", "channel_id": "E1", "member_status": "RING", "call_path": ""}},
]  # fmt: skip
CALL = {"call_id": "1700000000.1", "members": MEMBERS}
RECORD = {
    "call_id": "1700000000.1", "time_start": "2026-02-15 09:05:00", "call_from": "+49301", "call_to": "1001", "call_duration": 9,
    "talk_duration": 0, "src_trunk_name": "Outside", "dst_trunk_name": "", "pin_code": "", "status": "NO ANSWER",
    "type": "Inbound", "recording": "", "did_number": "", "agent_ring_time": 5, "uid": "2026",
}  # fmt: skip
AGENT = {"queue_number": "6500", "agent_number": "1002", "status": "Paused", "reason": "Lunch"}
SYSTEM = {"event_name": "x", "event_type": "system", "event_content": "x"}
SAMPLES: dict[int, dict[str, Any]] = {
    30005: {"org_status": 1, "sn": "1"},
    30006: {"id_list": [1, 2], "action": "update", "sn": "1"},
    30007: {"extension": "1001", "kind": "Sip", "status": "Registered", "registered_ip": "192.0.2.1"},
    30008: {"extension": "1001", "status": "Ringing"},
    30009: {"extension": "1001", "status": "away"},
    30010: {"trunk_name": "Outside", "kind": "PJSIP", "status": 1, "registered_ip": ""},
    30011: CALL,
    30012: RECORD,
    30013: CALL,
    30014: CALL,
    30015: {**CALL, "reason": "User Busy"},
    30016: CALL,
    30017: {**CALL, "info": "5", "flag": 0, "infos": "5"},
    30018: {**CALL, "prompt": "doorbell"},
    30019: {"call_id": "1700000000.1", "survey_result": "5"},
    30020: {"operation": "answer", "extension": "1001", "call_id": "1", "ip_address": ""},
    30022: {"ext_number": "1001", "option": "UPDATE"},
    30023: {"trunk_name": "Outside", "option": "UPDATE"},
    30024: {"conference_id": "1", "host_num": "1001"},
    30025: {"queue_number": "6500", "agent_number": "1002", "calls": [{"caller_number": "+49301"}]},
    30026: {"queue_number": "6500", "agent_number": "1002", "caller_number": "+49301", "call_id": "1700000000.1"},
    30027: {"type": "report", "status": 1, "file_name": "x", "download_url": "/x"},
    30028: {"group_id": "1", "call_note_id": "1", "ext_num": "1001", "display": 1},
    30029: AGENT,
    30030: {"task_id": "1", "total": 3, "fail_count": 1},
    30031: {"session_id": 1, "msg_id": 1, "msg_body": "x", "sender_id": 1},
    30032: {"session_id": 1, "msg_id": 1, "send_status": 1},
    30033: {"type": "recording", "status": 1, "file_name": "x", "download_url": "/x"},
    30034: SYSTEM,
    30035: SYSTEM,
    30036: SYSTEM,
    30038: {"session_id": 1, "msg_id": 1, "read_time": 1},
    30039: {
        "uid": "2026", "call_from": "+49301", "call_to": "1001", "call_type": "Inbound", "status": "VOICEMAIL",
        "ring_duration": 3, "talk_duration": 4, "hold_duration": 0, "call_duration": 7, "event_list": [{"event_id": 1}],
    },
}  # fmt: skip


def test_every_event_has_a_sample() -> None:
    assert set(SAMPLES) == {int(topic) for topic in Topic} >= set(EVENT_TOPICS)


async def post(hass: HomeAssistant, body: bytes) -> int:
    request = MockRequest(body, "pbx", method="POST", headers={"X-Signature": signature(WEBHOOK_SECRET, body)})
    request.remote = "127.0.0.1"
    return (await async_handle_webhook(hass, WEBHOOK_ID, request)).status


async def test_malformed_or_new_json_in_every_event(
    clock: HouseClock,
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    check: EndCheck,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = await setup(options={"event_transport": "webhook"})
    for topic, sample in SAMPLES.items():
        envelopes = [
            *((name, {"type": topic, "sn": "", "msg": json.dumps(msg)}) for name, msg in variants(sample)),
            *variants({"type": topic, "sn": "", "msg": sample}, keep=frozenset({"msg"})),
            *((f"msg is {name[:9]}", {"type": topic, "msg": name}) for name in ("", "{", "[]", "null", "[" * 5000)),
        ]
        seen = set()
        for name, envelope in envelopes:
            seen.add(status := await post(hass, json.dumps(envelope).encode()))
            assert status in {200, 400}, f"{topic}: {name}"
            # Not more at once than the door lets through.
            clock.skip(0.01)
        assert 200 in seen
        await asyncio.sleep(0)
    assert not [record for record in caplog.records if record.exc_info]
    # Calls that never were are unknown to the PBX: the poll ends them.
    await check.until_shown(ANNA, "idle", 2 * POLL)
    await clock.pass_time(70)
    entry.runtime_data.missed.clear()
    check.ends.clear()
    await miss(pbx, clock)
    await check.all_is_right(entry, POLL)
