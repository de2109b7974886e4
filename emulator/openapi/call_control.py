"""What can be done with a call that exists: hold, mute, transfer, park, listen, invite, decide, record; prompts."""

from emulator import archive, conference, parking, transfers
from emulator.legs import Leg

from .calls import leg_of
from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()


def _talking(call: ApiCall) -> Leg:
    leg = leg_of(call)
    if not leg.talking:
        raise ApiFailure(70132)
    return leg


def _permission(call: ApiCall, *, required: bool) -> None:
    number = call.text("dial_permission", default=None if required else "")
    if number and call.pbx.house.extension(number) is None:
        raise bad_parameter("dial_permission", "value", number)


@routes.post("call/hold")
async def hold(call: ApiCall) -> Json:
    """The member puts the others on hold."""
    leg = _talking(call)
    await call.pbx.switchboard.held(leg, True)
    return success(call_id=leg.call_id)


@routes.post("call/unhold")
async def unhold(call: ApiCall) -> Json:
    """The member takes the others back."""
    leg = _talking(call)
    await call.pbx.switchboard.held(leg, False)
    return success(call_id=leg.call_id)


async def _mute(call: ApiCall, muted: bool) -> Json:
    leg = _talking(call)
    leg.muted = muted
    call.pbx.switchboard.bridge.connect(leg.call)
    return success(call_id=leg.call_id)


@routes.post("call/mute")
async def mute(call: ApiCall) -> Json:
    """Nobody hears the member any more."""
    return await _mute(call, True)


@routes.post("call/unmute")
async def unmute(call: ApiCall) -> Json:
    """The member is heard again."""
    return await _mute(call, False)


@routes.post("call/transfer")
async def transfer(call: ApiCall) -> Json:
    """Blind, or attended in two steps."""
    board = call.pbx.switchboard
    kind = call.choice("type", ("blind", "attended"))
    required = call.pbx.house.knobs.transfer_needs_permission
    if kind == "attended" and call.text("attended_operate", default=""):
        what = call.choice("attended_operate", transfers.OPERATIONS)
        if call.text("number", default=""):
            raise bad_parameter("number", "value")
        leg = leg_of(call)
        if not transfers.operate(board, leg, what):
            raise ApiFailure(70132)
        return success(call_id=leg.call_id)
    number = call.text("number")
    _permission(call, required=required)
    leg = _talking(call)
    call_id = leg.call_id
    if kind == "attended":
        done = transfers.consult(board, leg, number)
    else:
        others = [other for other in leg.call.speakers if other is not leg]
        by = next((other for other in others if other.role == "extension"), others[0] if others else None)
        done = by is not None and transfers.blind(board, by, number, by_api=True)
    if not done:
        raise ApiFailure(70132)
    return success(call_id=call_id)


@routes.post("call/park")
async def park(call: ApiCall) -> Json:
    """Put the member into a parking slot."""
    slot = call.text("parking_slot", default="")
    if slot and slot not in call.pbx.house.parking_slots:
        raise bad_parameter("parking_slot", "value", slot)
    leg = _talking(call)
    if len(leg.call.speakers) < 2 or leg.listening:
        raise ApiFailure(70132)
    parked = parking.park(call.pbx.switchboard, leg, slot)
    if parked is None:
        raise ApiFailure(70084 if slot else 60002)
    return success(call_id=leg.call_id, parking_slot=parked)


@routes.get("call/park_status")
async def park_status(call: ApiCall) -> Json:
    """All slots; the shape is a guess."""
    taken = {entry.parking_slot: entry for entry in call.pbx.switchboard.calls.values() if entry.parking_slot}
    rows: list[Json] = []
    for slot in call.pbx.house.parking_slots:
        parked = next(iter(taken[slot].parties), None) if slot in taken else None
        row: Json = {"parking_slot": slot, "status": int(parked is not None)}
        if parked is not None:
            row |= {
                "call_id": parked.call_id,
                "channel_id": parked.channel_id,
                "number": parked.number,
                "name": parked.name,
            }
        rows.append(row)
    return success(total_number=len(rows), data=rows)


@routes.post("call/directly_forward_to_voicemail")
async def to_voicemail(call: ApiCall) -> Json:
    """Send a ringing call to a mailbox; ``callee_channel`` is the channel that rings."""
    leg = leg_of(call, "callee_channel")
    number = call.text("number")
    if call.pbx.house.extension(number) is None:
        raise bad_parameter("number", "value", number)
    if leg.state != "RING" or leg.placed:
        raise ApiFailure(70132)
    transfers.to_mailbox(call.pbx.switchboard, leg, number)
    return success(call_id=leg.call_id)


@routes.post("call/listen")
async def listen(call: ApiCall) -> Json:
    """A supervisor joins: hears, coaches, or takes part."""
    monitor = call.text("monitor")
    kind = call.choice("type", conference.PARTS)
    leg = _talking(call)
    if leg.role != "extension" or not conference.listen(call.pbx.switchboard, leg, monitor, kind):
        raise ApiFailure(70084)
    return success(call_id=leg.call_id)


@routes.post("call/add_member")
async def add_member(call: ApiCall) -> Json:
    """Invite somebody into the call."""
    number = call.text("number")
    _permission(call, required=False)
    leg = _talking(call)
    if len(leg.call.members) >= conference.MOST_PARTIES:
        raise ApiFailure(70510)
    if not conference.add_member(call.pbx.switchboard, leg, number):
        raise ApiFailure(70132)
    return success(call_id=leg.call_id)


@routes.post("call/accept_inbound")
async def accept_inbound(call: ApiCall) -> Json:
    """Route a held inbound call now."""
    leg = leg_of(call)
    if leg.call.decision is None:
        raise ApiFailure(70132)
    leg.call.decision.set()
    return success(call_id=leg.call_id)


@routes.post("call/refuse_inbound")
async def refuse_inbound(call: ApiCall) -> Json:
    """Drop a held inbound call."""
    leg = leg_of(call)
    if leg.call.decision is None:
        raise ApiFailure(70132)
    transfers.refuse(call.pbx.switchboard, leg)
    return success(call_id=leg.call_id)


@routes.post("call/play_prompt")
async def play_prompt(call: ApiCall) -> Json:
    """Ring a number and play custom prompts to it."""
    pbx = call.pbx
    number = call.text("number")
    prompts = call.values.get("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise bad_parameter("prompts", "required")
    for prompt in prompts:
        if prompt not in pbx.house.prompts:
            raise bad_parameter("prompts", "value", prompt)
    count = call.integer("count", least=1, most=100)
    call.integer("volume", default=10, least=0, most=20)
    auto = call.choice("auto_answer", ("yes", "no"), default="no") == "yes"
    _permission(call, required=False)
    pbx.play_prompts(number, [str(prompt) for prompt in prompts], count, auto_answer=auto)
    return success()


def _recordable(call: ApiCall, least: int) -> Leg:
    leg = _talking(call)
    extension = call.pbx.house.extension(leg.number)
    if extension is None or leg.role != "extension" or extension.record_permission < least:
        raise ApiFailure(70084)
    return leg


@routes.post("call/record_start")
async def record_start(call: ApiCall) -> Json:
    """Record the member's call."""
    leg = _recordable(call, 2)
    if leg.call.recording_state != "stop":
        raise ApiFailure(70132)
    now = call.pbx.clock.now()
    archive.start(leg, now, call.pbx.wall.event(now).translate({45: None, 58: None, 32: None}))
    return success(call_id=leg.call_id)


@routes.post("call/record_pause")
async def record_pause(call: ApiCall) -> Json:
    """Stop the tape for a while."""
    leg = _recordable(call, 1)
    if leg.call.recording_state != "recording":
        raise ApiFailure(70132)
    archive.pause(leg.call, call.pbx.clock.now())
    return success(call_id=leg.call_id)


@routes.post("call/record_unpause")
async def record_unpause(call: ApiCall) -> Json:
    """Let the tape run again."""
    leg = _recordable(call, 1)
    if leg.call.recording_state != "pause":
        raise ApiFailure(70132)
    archive.start(leg, call.pbx.clock.now(), "")
    return success(call_id=leg.call_id)
