"""What the emulated PBX says in calls of every kind: the seeds that mutation begins with."""

import asyncio
from functools import cache
import json
from typing import Any

from tests.yeastar.bench import Bench
from tests.yeastar.test_calls_properties import READINGS, SCENARIOS
from tests.yeastar.test_events import CASES


@cache
def calls() -> tuple[bytes, ...]:
    """The events of one call each, a line an event."""

    async def play(name: str, reading: dict[str, Any]) -> bytes:
        bench = Bench(**reading)
        await SCENARIOS[name](bench)
        await bench.finish()
        return "\n".join(bench.raw).encode()

    return tuple(asyncio.run(play(name, reading)) for name in SCENARIOS for reading in READINGS[:2])


@cache
def events() -> tuple[bytes, ...]:
    """One event of every kind, and those of a few calls."""
    kinds = [json.dumps({"type": kind, "sn": "1", "msg": json.dumps(msg)}).encode() for kind, msg, _event in CASES]
    return (b'{"event":"test"}', *kinds, *(line for call in calls()[:6] for line in call.splitlines()))


STAGE = {
    "new_id": "17", "call_id": "1700000000.1", "uid": "u1", "timestamp": 1700000000, "call_type": "Inbound",
    "disposition": "ANSWERED", "call_from_number": "+4930123456", "call_from_name": "Anna", "call_to_number": "1001",
    "call_to_name": "Ben", "duration": 60, "ring_duration": 5, "talk_duration": 55, "src_trunk": "Outside",
    "did_number": "4930555", "record_file": "a.wav",
}  # fmt: skip
PAST = {
    "call_id": "1700000000.1", "uid": "u1", "call_type": "Outbound", "last_status": "NO ANSWER", "timestamp": "1700000000",
    "call_from_number": "1001", "last_participant_number": "1002", "call_duration": "3", "handling_duration": 2,
    "source_trunks": [{"name": "T"}], "dids": [{"number": "1"}], "recording_files": ["a.wav", {"file": "b"}],
}  # fmt: skip


@cache
def rows() -> tuple[bytes, ...]:
    """Call records of both versions of the API, and rows of other lists."""
    stages = [STAGE, STAGE | {"new_id": "18", "call_to_number": "1002"}, STAGE | {"call_id": "", "disposition": "BUSY"}]
    member = {"extension": {"number": "1001", "channel_id": "c", "member_status": "RING", "call_path": ""}}
    others = {
        "id": 1, "number": "1001", "name": "Anna", "presence_status": "available", "online_status": {"sip_phone": {"status": 1}},
        "call_id": "1", "members": [member], "email_addr": "a@b", "status": 1, "type": "sip", "parking_slot": "6000",
        "contact_name": "A", "company": "B", "number_list": [{"num_type": "business_number", "number": "1"}],
        "time": "2026/01/02 03:04:05", "msg_id": "m", "caller": "1", "vm_status": 0, "file": "f.wav",
    }  # fmt: skip
    envelope = {"errcode": 0, "errmsg": "SUCCESS", "data": [others], "download_resource_url": "/api/download/a"}
    return tuple(json.dumps(one).encode() for one in (stages, [PAST], [others], [envelope]))


TYPED = (
    "https://192.168.1.10:8088", "pbx.example.com", "http://[fe80::1%25eth0]:80/path?x#y", "https://user:pass@pbx", "file:///etc",
    "https://169.254.169.254/latest", "xn--bcher-kva.example", "+49 (0)30 123-456", "tel:+49-30;x", "*71 0900 123456", "٠٣٠١٢٣",
    "0049 900 1 234567", "/api/download/a?b=c", "/\t/host/x", "//host", "1700000000|a|b", "AA:BB", "Anna*", "anonymous",
)  # fmt: skip


@cache
def typed() -> tuple[bytes, ...]:
    """What people, browsers and the PBX give as addresses, numbers, links and cursors."""
    return tuple(text.encode() for text in TYPED)
