"""Where a dialled number leads: extensions, ring groups, queues, feature numbers, parking slots, the outside."""

import asyncio
from dataclasses import replace

from . import offers, parking
from .board import Board
from .facts import AgentMissed, CallAsks, CallForwarded, Member
from .house import ExtensionConfig, QueueConfig, RingGroup, TrunkConfig
from .legs import Call, Leg

ECHO_CODE = "*43"
TONE_CODE = "*44"
VOICEMAIL_CODE = "*02"
FEATURES = {ECHO_CODE: "echo", TONE_CODE: "tone"}


async def enter(board: Board, call: Call, caller: Leg, target: str) -> None:
    """An inbound call: hold it for a decision where the trunk wants that, then send it on."""
    trunk = board.house.trunk(caller.trunk_name)
    if trunk is not None and trunk.control_inbound:
        await _decide(board, call)
        if not call.alive:
            return
    await connect(board, call, caller, target)


async def _decide(board: Board, call: Call) -> None:
    call.decision = asyncio.Event()
    board.tell(CallAsks(call, board.members(call)))
    limit = asyncio.ensure_future(board.clock.sleep(board.house.knobs.inbound_decision_seconds))
    chosen = asyncio.ensure_future(call.decision.wait())
    try:
        await asyncio.wait({limit, chosen}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        limit.cancel()
        chosen.cancel()
        call.decision = None


async def dial(board: Board, call: Call, caller: str, callee: str, *, auto_answer: bool) -> None:
    """``call/dial``: ring the caller, and when it answers dial the callee for it."""
    extension = board.house.extension(caller)
    if extension is None:
        await _dial_from_elsewhere(board, call, caller, callee)
        return
    registrations = board.devices_of(caller)
    legs = [
        board.add_leg(call, caller, extension.name, "extension", "RING", device=entry.device, placed=True, offered=True)
        for entry in registrations
    ]
    for leg in legs:
        leg.auto_answer = auto_answer and leg.device is not None and leg.device.kind == "sip_phone"
    answered, offer = await offers.ring(board, legs, extension.ring_seconds)
    if not call.alive:
        return
    if answered is None:
        board.stage(call, callee, "")
        code, reason = offer.refusals.get(caller, (480, "480 Temporatily Unavailable"))
        channel = legs[-1].channel_id if legs else ""
        board.fail(call, reason, code, (Member("extension", caller, extension.name, channel, "BYE", "", "", ""),))
        return
    await connect(board, call, answered, callee)


async def _dial_from_elsewhere(board: Board, call: Call, caller: str, callee: str) -> None:
    """The caller of ``call/dial`` is outside: it is called over the trunk first."""
    trunk = _free_trunk(board)
    device = board.trunk_device(trunk.name, caller) if trunk and board.trunk_device else None
    if trunk is None or device is None or not call.permission:
        board.stage(call, callee, "")
        board.fail(call, "NO Dial Permission" if trunk else "Line Unreachable", 403)
        return
    call.kind, call.destination_trunk = "Outbound", trunk.name
    leg = board.add_leg(
        call,
        caller,
        "",
        "outbound",
        "RING",
        device=device,
        dialled=trunk.outbound_cid,
        trunk_name=trunk.name,
        placed=True,
        offered=True,
    )
    answered, offer = await offers.ring(board, [leg], 120.0)
    if not call.alive:
        return
    if answered is None:
        board.stage(call, callee, "")
        code, reason = offer.refusals.get(caller, (408, "408 Request Time"))
        board.fail(call, reason, code, (Member.of(leg, status="BYE"),))
        return
    await connect(board, call, leg, callee)


async def connect(board: Board, call: Call, caller: Leg, number: str, *, hops: int = 0) -> None:
    """Ring whatever a number stands for; ends the call when nobody can be had."""
    house = board.house
    if hops > 10:
        board.fail(call, board.house.knobs.reason_not_found, 404)
        return
    if number in FEATURES:
        _service(board, call, caller, number, FEATURES[number])
    elif number == VOICEMAIL_CODE:
        voicemail(board, call, caller, caller.number, leaving=False)
    elif house.group_mailbox(number) is not None:
        voicemail(board, call, caller, number)
    elif number in house.parking_slots:
        parking.pick_up_parked(board, call, caller, number)
    elif (extension := house.extension(number)) is not None:
        await _extension(board, call, caller, extension, hops)
    elif (group := next((entry for entry in house.ring_groups if entry.number == number), None)) is not None:
        await _ring_group(board, call, caller, group, hops)
    elif (queue := next((entry for entry in house.queues if entry.number == number), None)) is not None:
        await _queue(board, call, caller, queue, hops)
    elif house.trunks and _is_outside(number):
        await _outside(board, call, caller, number)
    else:
        board.stage(call, number, "")
        board.fail(call, house.knobs.reason_not_found, 404, (Member.of(caller),))


def is_reachable(board: Board, number: str) -> bool:
    """Whether a number stands for anything here."""
    house = board.house
    return (
        number in FEATURES
        or number == VOICEMAIL_CODE
        or house.group_mailbox(number) is not None
        or number in house.parking_slots
        or house.extension(number) is not None
        or any(group.number == number for group in house.ring_groups)
        or any(queue.number == number for queue in house.queues)
        or (bool(house.trunks) and _is_outside(number))
    )


def is_person(board: Board, number: str) -> bool:
    """Whether a number is an extension or somebody outside."""
    return board.house.extension(number) is not None or (bool(board.house.trunks) and _is_outside(number))


def person_legs(board: Board, call: Call, number: str, *, path: str = "") -> list[Leg]:
    """New legs, not yet rung, that reach an extension or somebody outside; empty when neither can be had."""
    extension = board.house.extension(number)
    if extension is not None:
        return [] if extension.presence == "do_not_disturb" else _offer_legs(board, call, extension, path)
    trunk = _free_trunk(board)
    device = board.trunk_device(trunk.name, number) if trunk and board.trunk_device else None
    if trunk is None or device is None:
        return []
    entry = next((entry for entry in board.house.outside if entry.number == number), None)
    if entry is not None and entry.unreachable:
        return []
    call.destination_trunk = trunk.name
    return [
        board.add_leg(
            call,
            number,
            entry.name if entry else "",
            "outbound",
            "RING",
            device=device,
            dialled=trunk.outbound_cid,
            trunk_name=trunk.name,
            offered=True,
        )
    ]


def _free_trunk(board: Board) -> TrunkConfig | None:
    return next((entry for entry in board.house.trunks if entry.status in (1, 2, 3)), None)


def _is_outside(number: str) -> bool:
    digits = number.removeprefix("+")
    return digits.isascii() and digits.isdigit() and (number.startswith(("+", "0")) or len(digits) >= 6)


def _service(board: Board, call: Call, caller: Leg, number: str, sound: str) -> None:
    board.stage(call, number, number)
    leg = board.add_leg(call, number, number, "service", "ANSWER", channel=f"Local/{number}")
    leg.connected = True
    leg.media = board.media_factory(sound) if board.media_factory else None
    caller.call_path = number
    board.mark_answered(call)
    board.connect_leg(caller)
    board.moved(call)


def voicemail(board: Board, call: Call, caller: Leg, number: str, *, leaving: bool = True) -> None:
    """Send the caller to a mailbox: to leave a message, or to listen."""
    entry = board.house.extension(number) or board.house.group_mailbox(number)
    board.stage(call, number, entry.name if entry else number, path=VOICEMAIL_CODE)
    leg = board.add_leg(call, number, "Voicemail", "service", "ANSWER", channel="Local/voicemail")
    leg.connected = True
    leg.media = board.media_factory("silence") if board.media_factory else None
    board.mark_answered(call)
    if leaving:
        call.stages[-1].status = call.outcome = "VOICEMAIL"
        call.mailbox = number
    board.connect_leg(caller)
    board.moved(call)


def _offer_legs(board: Board, call: Call, extension: ExtensionConfig, path: str) -> list[Leg]:
    return [
        board.add_leg(
            call,
            extension.number,
            extension.name,
            "extension",
            "RING",
            device=entry.device,
            call_path=path,
            offered=True,
        )
        for entry in board.devices_of(extension.number)
    ]


def _ringback(board: Board, caller: Leg) -> None:
    if not caller.connected and not caller.offered:
        board.order(caller, lambda device: device.progress(caller, early_media=False))


async def _extension(board: Board, call: Call, caller: Leg, extension: ExtensionConfig, hops: int) -> None:
    board.stage(call, extension.number, extension.name)
    unable = _unable(board, extension, caller)
    if unable is None:
        legs = _offer_legs(board, call, extension, caller.call_path)
        _ringback(board, caller)
        answered, offer = await offers.ring(board, legs, extension.ring_seconds)
        if answered is not None or not call.alive:
            return
        unable = offer.refusals.get(extension.number, (480, "480 Temporatily Unavailable"))
    code, reason = unable
    target = extension.busy if code in (486, 600, 603) else extension.no_answer
    call.stages[-1].status = "BUSY" if code in (486, 600, 603) else "NO ANSWER"
    if not target:
        member = Member("extension", extension.number, extension.name, "", "BYE", "", "", "")
        gone = [leg for leg in call.legs if leg.number == extension.number and not leg.alive]
        board.fail(call, reason, code, (replace(member, channel_id=gone[-1].channel_id if gone else ""),))
        return
    board.tell(CallForwarded(call, board.members(call)))
    if target == "voicemail":
        voicemail(board, call, caller, extension.number)
        return
    await connect(board, call, caller, target, hops=hops + 1)


def _unable(board: Board, extension: ExtensionConfig, caller: Leg) -> tuple[int, str] | None:
    if extension.presence == "do_not_disturb":
        return 486, "DND"
    if not board.devices_of(extension.number):
        return 480, "480 Temporatily Unavailable"
    if extension.number == caller.number and caller.role == "extension":
        return 486, "486 Busy here"
    return None


async def _ring_group(board: Board, call: Call, caller: Leg, group: RingGroup, hops: int) -> None:
    board.stage(call, group.number, group.name)
    legs: list[Leg] = []
    for number in group.members:
        extension = board.house.extension(number)
        if extension is not None and _unable(board, extension, caller) is None:
            legs += _offer_legs(board, call, extension, group.number)
    _ringback(board, caller)
    answered, _ = await offers.ring(board, legs, group.ring_seconds, report_each=True)
    if answered is not None or not call.alive:
        return
    if group.no_answer:
        board.tell(CallForwarded(call, board.members(call)))
        await connect(board, call, caller, group.no_answer, hops=hops + 1)
        return
    board.fail(call, "408 Request Time" if legs else "480 Temporatily Unavailable", 480)


async def _queue(board: Board, call: Call, caller: Leg, queue: QueueConfig, hops: int) -> None:
    board.stage(call, queue.number, queue.name)
    music = board.add_leg(call, queue.number, queue.name, "service", "ANSWER", channel="Local/queue")
    music.connected = True
    music.media = board.media_factory("silence") if board.media_factory else None
    call.queue = queue.number
    caller.call_path = "" if caller.role == "inbound" else queue.number
    board.connect_leg(caller)
    board.moved(call)
    deadline = board.clock.now() + queue.max_wait_seconds
    turn = 0
    while call.alive and board.clock.now() < deadline:
        agents = board.agents.ready(queue)
        if agents and queue.strategy != "ring_all":
            agents = [agents[turn % len(agents)]]
            turn += 1
        legs: list[Leg] = []
        for number in agents:
            extension = board.house.extension(number)
            if extension is not None and _unable(board, extension, caller) is None:
                legs += _offer_legs(board, call, extension, queue.number)
        answered, offer = await offers.ring(board, legs, queue.agent_ring_seconds, report_each=True)
        if answered is not None or not call.alive:
            return
        for number, (code, _) in offer.refusals.items():
            if code == 408:
                board.tell(AgentMissed(queue.number, number, caller.number, call.id))
        board.moved(call)
        await board.clock.sleep(queue.retry_seconds)
    call.queue = ""
    if queue.no_answer:
        await connect(board, call, caller, queue.no_answer, hops=hops + 1)
    elif call.alive:
        call.outcome = "NO ANSWER"
        board.finish(call)


async def _outside(board: Board, call: Call, caller: Leg, number: str) -> None:
    house = board.house
    permission = call.permission or caller.number
    extension = house.extension(permission)
    if extension is not None and not extension.dial_permission:
        board.stage(call, number, "")
        board.fail(call, "NO Dial Permission", 403, (Member.of(caller),))
        return
    if extension is None:
        board.stage(call, number, "")
        board.fail(call, "NO Outbound Restrictin", 403, (Member.of(caller),))
        return
    trunk = _free_trunk(board)
    if trunk is None:
        board.stage(call, number, "")
        board.fail(call, "Line Unreachable", 503, (Member.of(caller),))
        return
    if sum(leg.trunk_name == trunk.name for other in board.calls.values() for leg in other.members) >= trunk.channels:
        board.stage(call, number, "", trunk=trunk.name)
        board.fail(call, "Circuit/channel congestion", 503, (Member.of(caller),))
        return
    if call.kind == "Internal":
        call.kind = "Outbound"
    legs = person_legs(board, call, number)
    board.stage(call, number, legs[0].name if legs else "", trunk=trunk.name)
    if not legs:
        board.fail(call, "Line Unreachable", 503, (Member.of(caller),))
        return
    _ringback(board, caller)
    answered, offer = await offers.ring(board, legs, 120.0)
    if answered is not None or not call.alive:
        return
    code, reason = offer.refusals.get(number, (408, "408 Request Time"))
    board.fail(call, reason, code, (Member.of(legs[0], status="BYE"),))
