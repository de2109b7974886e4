"""Random hands on all the telephones: whatever they do, the switchboard's books stay true."""

import random
from typing import Any

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.house import PhoneScript
from emulator.transfers import OPERATIONS
from tests.emulator.conftest import Api

DESKS = ("1001", "1002", "1003", "1004", "1005")
EVERYBODY = (*DESKS, "1095", "1096", "1097", "1098", "1099")
OUTSIDE = ("+493055500005", "+49301110001", "+49301110002", "+493055500001")
TARGETS = (*DESKS, "6300", "6500", "1097", "1096", "*43", "777", "+493055500001", "+493055500002", "6000")
VERBS = (
    "in",
    "dial",
    "answer",
    "answer",
    "answer",
    "reject",
    "hangup",
    "hold",
    "unhold",
    "digits",
    "send",
    "join",
    "api_dial",
    "api_hangup",
    "api_hold",
    "blind",
    "consult",
    "operate",
    "operate",
    "park",
    "listen",
    "add",
    "record",
    "presence",
    "plug",
    "unplug",
    "pause",
    "time",
    "time",
)


class Hands:
    """Does one random thing after another."""

    def __init__(self, pbx: EmulatedPbx, api: Api, clock: ManualClock, seed: int) -> None:
        self.pbx, self.api, self.clock = pbx, api, clock
        self.dice = random.Random(seed)

    async def act(self) -> str:
        dice, pbx = self.dice, self.pbx
        phone = pbx.phone(dice.choice(DESKS + OUTSIDE))
        channels = [leg.channel_id for call in pbx.switchboard.calls.values() for leg in call.members]
        channel = dice.choice(channels) if channels else "none"
        what = dice.choice(VERBS)
        try:
            match what:
                case "in":
                    await pbx.call_in(dice.choice(OUTSIDE), dice.choice(TARGETS[:7]))
                case "dial":
                    await pbx.desk(dice.choice(DESKS)).dial(dice.choice(TARGETS))
                case "answer" if phone.ringing:
                    await phone.answer()
                case "reject" if phone.ringing:
                    await phone.reject(dice.choice((486, 603, 480)))
                case "hangup":
                    await phone.hang_up()
                case "hold":
                    await phone.hold_call()
                case "unhold":
                    await phone.hold_call(False)
                case "digits":
                    await phone.press("1#")
                case "send":
                    await phone.send_to(dice.choice(TARGETS))
                case "join":
                    await phone.join()
                case "presence":
                    pbx.set_presence(dice.choice(DESKS), dice.choice(("available", "do_not_disturb")))
                case "plug":
                    pbx.plug_in(dice.choice(DESKS))
                case "unplug":
                    pbx.unplug(dice.choice(DESKS))
                case "time":
                    await self.clock.advance(dice.choice((0.5, 3, 16, 31)))
                case "api_dial":
                    await self.post("call/dial", caller=dice.choice(DESKS), callee=dice.choice(TARGETS))
                case "api_hangup":
                    await self.post("call/hangup", channel_id=channel)
                case "api_hold":
                    await self.post(f"call/{dice.choice(('hold', 'unhold', 'mute'))}", channel_id=channel)
                case "blind" | "consult":
                    kind = "blind" if what == "blind" else "attended"
                    body = {"type": kind, "channel_id": channel, "number": dice.choice(TARGETS)}
                    await self.post("call/transfer", **body, dial_permission="1001")
                case "operate":
                    body = {"type": "attended", "channel_id": channel, "attended_operate": dice.choice(OPERATIONS)}
                    await self.post("call/transfer", **body)
                case "park":
                    await self.post("call/park", channel_id=channel)
                case "listen":
                    kind = dice.choice(("listen", "whisper", "barge"))
                    await self.post("call/listen", monitor=dice.choice(DESKS), channel_id=channel, type=kind)
                case "add":
                    await self.post("call/add_member", channel_id=channel, number=dice.choice(TARGETS))
                case "record":
                    await self.post("call/record_start", channel_id=channel)
                case "pause":
                    await self.api.get("agent/pause", ext_id=22, operation=dice.choice(("pause", "unpause")))
        except LookupError:
            pass
        await self.clock.advance(0)
        return what

    async def post(self, path: str, **body: Any) -> None:
        answer = await self.api.post(path, **body)
        assert answer["errcode"] in (0, 40002, 60002, 70084, 70130, 70132, 70510), answer


def check(pbx: EmulatedPbx) -> None:
    """What must be true between any two things."""
    board = pbx.switchboard
    seen: set[str] = set()
    for call in board.calls.values():
        assert call.alive
        assert pbx.books.calls.get(call.id) is None or pbx.books.calls[call.id].recorded == 0
        for leg in call.legs:
            assert leg.call is call
            assert leg.channel_id not in seen
            seen.add(leg.channel_id)
            if leg.connected and leg.alive:
                assert leg.state in ("ANSWER", "ANSWERED")
        assert call.members, "a call without members lives on"
        alone = len(call.members) == 1
        serving = any(leg.role == "service" and leg.alive for leg in call.legs)
        waits = call.parking_slot or serving or (call.routing is not None and not call.routing.done())
        assert not alone or waits, f"{call.members} is left alone"
    for number in DESKS:
        legs = board.legs_of(number)
        expected = "Idle" if not legs else "Ringing" if all(leg.state == "RING" for leg in legs) else "Busy"
        assert board.activity(number) == expected


@pytest.mark.parametrize("seed", range(15))
async def test_random_hands(pbx: EmulatedPbx, api: Api, clock: ManualClock, seed: int) -> None:
    pbx.knobs.token_seconds = 10**9
    for token in pbx.tokens.valid():
        token.expires_at = 10**12
    pbx.house.extensions[9].phone = PhoneScript("silent")
    pbx.knobs.transfer_keeps = "first" if seed % 2 else "consultation"
    pbx.knobs.bye = "each" if seed % 3 else "hanger"
    pbx.knobs.member_per_device = seed % 5 == 0
    pbx.house.extensions[seed % 5].no_answer = "voicemail"
    pbx.house.trunks[0].control_inbound = seed % 4 == 0
    hands = Hands(pbx, api, clock, seed)
    done: list[str] = []
    for _ in range(120):
        done.append(await hands.act())
        check(pbx)
    for _ in range(3):
        for number in (*EVERYBODY, *OUTSIDE):
            while any(leg.alive for leg in pbx.phone(number).legs):
                await pbx.phone(number).hang_up()
                await clock.advance(0)
        await clock.advance(40)
    check(pbx)
    assert pbx.switchboard.calls == {}
    assert all(not pbx.phone(number).legs for number in EVERYBODY + OUTSIDE)
    ended = [msg["call_id"] for msg in pbx.books.of_type(30012)]
    assert len(ended) == len(set(ended)) == len(pbx.history.calls)
    over: set[str] = set()
    for event in pbx.books.events:
        call_id = event.msg.get("call_id")
        if event.type == 30012:
            over.add(call_id)
        elif event.type in (30011, 30013, 30014, 30016, 30017):
            assert call_id not in over, f"{event.type} after the end of {call_id}"
    for record in pbx.books.calls.values():
        assert record.outcome in ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "VOICEMAIL", "ABANDONED")
    assert len(set(done)) > 15
