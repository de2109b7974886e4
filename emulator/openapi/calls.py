"""``call/dial``, ``call/query``, ``call/hangup``."""

from emulator import routing
from emulator.legs import Leg

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()


def leg_of(call: ApiCall, name: str = "channel_id") -> Leg:
    """The living member that a parameter names; 70130 when there is none."""
    leg = call.pbx.switchboard.channel(call.text(name))
    if leg is None:
        raise ApiFailure(70130)
    return leg


@routes.post("call/dial")
async def dial(call: ApiCall) -> Json:
    """Ring the caller, then dial the callee for it."""
    pbx = call.pbx
    caller, callee = call.text("caller"), call.text("callee")
    permission = call.text("dial_permission", default="")
    auto = call.choice("auto_answer", ("yes", "no"), default="no") == "yes"
    if not routing.is_reachable(pbx.switchboard, caller):
        raise bad_parameter("caller", "value", caller)
    if permission and pbx.house.extension(permission) is None:
        raise bad_parameter("dial_permission", "value", permission)
    return success(call_id=pbx.dial(caller, callee, permission=permission, auto_answer=auto).id)


@routes.get("call/query")
async def query(call: ApiCall) -> Json:
    """Active calls, by id, by type, or by extension."""
    given = [name for name in ("call_id", "type", "extension") if call.text(name, default="")]
    if len(given) != 1:
        raise bad_parameter("call_id", "required")
    board = call.pbx.switchboard
    if given[0] == "type":
        kind = call.choice("type", ("inbound", "outbound", "internal"))
        found = [entry for entry in board.calls.values() if entry.kind.lower() == kind]
    elif given[0] == "extension":
        number = call.text("extension")
        found = [entry for entry in board.calls.values() if any(leg.call is entry for leg in board.legs_of(number))]
    else:
        wanted = board.calls.get(call.text("call_id"))
        found = [wanted] if wanted else []
    found = [entry for entry in found if entry.members]
    if not found:
        raise ApiFailure(60001)
    return success(
        data=[
            {
                "call_id": entry.id,
                "members": [m.as_json() for m in call.pbx.events.shown(board.members(entry), monitored_only=False)],
            }
            for entry in found
        ]
    )


@routes.post("call/hangup")
async def hang_up(call: ApiCall) -> Json:
    """Drop a member, or end a paging call."""
    if not call.text("channel_id", default="") and (number := call.text("paging_number", default="")):
        board = call.pbx.switchboard
        paged = next((e for e in board.calls.values() if e.callee_number == number), None)
        if paged is None:
            raise ApiFailure(60001)
        board.finish(paged)
        return success(call_id=paged.id)
    leg = leg_of(call)
    call_id = leg.call_id
    call.pbx.switchboard.hang_up(leg)
    return success(call_id=call_id)
