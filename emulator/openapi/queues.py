"""``queue/*`` and ``agent/*``."""

from collections.abc import Iterable

from emulator.agents import Agent
from emulator.house import ExtensionConfig, QueueConfig
from emulator.legs import Call, Leg

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()

_SORT = ("id", "number", "name", "ring_strategy")


def _people(call: ApiCall, numbers: Iterable[str]) -> list[Json]:
    found = [entry for number in numbers if (entry := call.pbx.house.extension(number)) is not None]
    return [{"value": str(e.id), "text": e.name, "text2": e.number, "type": "extension"} for e in found]


def _row(call: ApiCall, queue: QueueConfig) -> Json:
    return {
        "id": queue.id,
        "number": queue.number,
        "name": queue.name,
        "ring_strategy": queue.strategy,
        "static_agent_list": _people(call, queue.static_agents),
        "dynamic_agent_list": _people(call, queue.dynamic_agents),
        "manager_list": _people(call, queue.managers),
    }


def _by_id(call: ApiCall, number: int) -> QueueConfig:
    for queue in call.pbx.house.queues:
        if queue.id == number:
            return queue
    raise ApiFailure(60001)


@routes.get("queue/list")
async def list_queues(call: ApiCall) -> Json:
    """All queues, by page; the array is ``queue_list``."""
    return call.page([_row(call, queue) for queue in call.pbx.house.queues], _SORT, key="queue_list")


@routes.get("queue/search")
async def search_queues(call: ApiCall) -> Json:
    """Queues by keyword."""
    rows = [_row(call, queue) for queue in call.pbx.house.queues]
    return call.page(call.search(rows, ("number", "name")), _SORT, key="queue_list")


@routes.get("queue/get")
async def get_queue(call: ApiCall) -> Json:
    """One queue."""
    return success(data=_row(call, _by_id(call, call.integer("id"))))


@routes.get("queue/query")
async def query_queues(call: ApiCall) -> Json:
    """Several queues."""
    rows = [_row(call, _by_id(call, number)) for number in call.numbers("ids")]
    return success(total_number=len(rows), data=rows)


def _item(call: ApiCall, entry: Call, callee: Leg | None, since: float) -> Json:
    return {
        "call_id": entry.id,
        "caller_number": entry.caller_number,
        "caller_display_name": entry.caller_name,
        "callee_number": callee.number if callee else "",
        "callee_display_name": callee.name if callee else "",
        "duration": int(call.pbx.clock.now() - since),
    }


@routes.get("queue/call_status")
async def call_status(call: ApiCall) -> Json:
    """Who waits, rings and talks."""
    queue = _by_id(call, call.integer("id"))
    waiting: list[Json] = []
    ringing: list[Json] = []
    active: list[Json] = []
    for entry in call.pbx.switchboard.calls.values():
        talking = next((leg for leg in entry.parties if leg.call_path == queue.number and not leg.placed), None)
        if talking is not None:
            active.append(_item(call, entry, talking, talking.answered_at or entry.started_at))
        elif entry.queue == queue.number and entry.ringing:
            ringing += [_item(call, entry, leg, leg.created_at) for leg in entry.ringing]
        elif entry.queue == queue.number:
            waiting.append(_item(call, entry, None, entry.started_at))
    body: Json = {
        "waiting_list": waiting,
        "active_list": active,
        "ringing_list": ringing,
        "waiting_calls": len(waiting),
        "active_calls": len(active),
        "ringing_calls": len(ringing),
    }
    if not waiting and not ringing and not active and call.pbx.house.knobs.idle_queue != "none":
        raise ApiFailure(60001, **body)
    return success(**body)


def _agent_status(call: ApiCall, agent: Agent) -> int:
    legs = call.pbx.switchboard.legs_of(agent.number)
    talking = [leg for leg in legs if leg.state != "RING"]
    if not legs:
        return 1
    if not talking:
        return 3
    if len(talking) < len(legs):
        return 4
    return 5 if any(leg.call.hears_hold(leg) for leg in talking) else 2


@routes.get("queue/agent_status")
async def agent_status(call: ApiCall) -> Json:
    """What the agents do."""
    queue = _by_id(call, call.integer("id"))
    board = call.pbx.switchboard
    rows: list[Json] = []
    for agent in board.agents.of(queue.number):
        extension = call.pbx.house.extension(agent.number)
        rows.append(
            {
                "name": extension.name if extension else agent.number,
                "number": agent.number,
                "is_login": int(agent.logged_in),
                "is_pause": int(agent.paused),
                "call_status": _agent_status(call, agent),
                "pause_reason": agent.pause_reason,
                "agent_type": agent.kind,
                "max_threshold_for_pause_time": agent.max_pause,
                "max_threshold_for_logout_time": agent.max_login,
            }
        )
    busy = any(leg.call_path == queue.number or entry.queue for entry in board.calls.values() for leg in entry.members)
    if not busy and call.pbx.house.knobs.idle_queue == "both":
        raise ApiFailure(60001, total_number=0, data=[])
    return success(total_number=len(rows), data=rows)


def _extension(call: ApiCall, number: int) -> ExtensionConfig:
    for extension in call.pbx.house.extensions:
        if extension.id == number:
            return extension
    raise ApiFailure(60001)


def _agents(call: ApiCall, extensions: list[ExtensionConfig], queues: list[QueueConfig]) -> list[tuple[str, Agent]]:
    numbers = {extension.number for extension in extensions}
    found = [
        (queue.number, agent)
        for queue in queues
        for agent in call.pbx.switchboard.agents.of(queue.number)
        if agent.number in numbers
    ]
    if not found:
        raise ApiFailure(60001)
    return found


def _thresholds(call: ApiCall, *names: str) -> list[int]:
    values = [call.integer(name, default=0, least=0) for name in names]
    if "max_threshold_for_pause_time" in names and 0 < values[0] < 10:
        raise bad_parameter("max_threshold_for_pause_time", "range", values[0])
    if call.text("reason", default="") and not call.pbx.house.call_center:
        raise ApiFailure(-1)
    return values


def _log_in(call: ApiCall, agents: list[tuple[str, Agent]]) -> Json:
    logged_in = call.choice("operation", ("login", "logout")) == "login"
    paused = bool(call.integer("is_paused", default=0, least=0, most=1))
    pause, login = _thresholds(call, "max_threshold_for_pause_time", "max_threshold_for_logout_time")
    for queue, agent in agents:
        agent.max_pause, agent.max_login = pause, login
        call.pbx.switchboard.agents.log_in(queue, agent, logged_in, paused=paused)
    return success()


def _pause(call: ApiCall, agents: list[tuple[str, Agent]]) -> Json:
    paused = call.choice("operation", ("pause", "unpause")) == "pause"
    (pause,) = _thresholds(call, "max_threshold_for_pause_time")
    for queue, agent in agents:
        agent.max_pause = pause
        call.pbx.switchboard.agents.pause(queue, agent, paused, call.text("reason", default=""))
    return success()


def _queues(call: ApiCall) -> list[QueueConfig]:
    ids = call.numbers("queue_ids", default="")
    return [_by_id(call, number) for number in ids] if ids else call.pbx.house.queues


@routes.get("agent/login")
async def agent_login(call: ApiCall) -> Json:
    """One agent logs in or out, of some queues or all."""
    return _log_in(call, _agents(call, [_extension(call, call.integer("ext_id"))], _queues(call)))


@routes.get("agent/pause")
async def agent_pause(call: ApiCall) -> Json:
    """One agent takes a pause, or ends it."""
    return _pause(call, _agents(call, [_extension(call, call.integer("ext_id"))], _queues(call)))


@routes.get("queue/agent_login")
async def queue_agent_login(call: ApiCall) -> Json:
    """Several agents of one queue log in or out."""
    extensions = [_extension(call, number) for number in call.numbers("ext_ids")]
    return _log_in(call, _agents(call, extensions, [_by_id(call, call.integer("queue_id"))]))


@routes.get("queue/agent_pause")
async def queue_agent_pause(call: ApiCall) -> Json:
    """Several agents of one queue take a pause."""
    extensions = [_extension(call, number) for number in call.numbers("ext_ids")]
    return _pause(call, _agents(call, extensions, [_by_id(call, call.integer("queue_id"))]))
