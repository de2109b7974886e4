"""``trunk/*`` and ``trunk_status_monitor/*``."""

from emulator.house import TrunkConfig

from .extensions import switches
from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()

_SORT = ("id", "name", "type", "host_port", "def_outbound_cid", "username")


def _row(trunk: TrunkConfig) -> Json:
    row: Json = {
        "id": trunk.id,
        "status": trunk.status,
        "name": trunk.name,
        "type": trunk.type,
        "host_port": trunk.host_port,
        "def_outbound_cid": trunk.outbound_cid,
    }
    if trunk.type in ("register", "account"):
        row["username"] = trunk.username
    return row


def _by_id(call: ApiCall, number: int) -> TrunkConfig:
    for trunk in call.pbx.house.trunks:
        if trunk.id == number:
            return trunk
    raise ApiFailure(60001)


@routes.get("trunk/list")
async def list_trunks(call: ApiCall) -> Json:
    """All trunks, by page."""
    return call.page([_row(trunk) for trunk in call.pbx.house.trunks], _SORT)


@routes.get("trunk/search")
async def search_trunks(call: ApiCall) -> Json:
    """Trunks by keyword."""
    rows = [_row(trunk) for trunk in call.pbx.house.trunks]
    return call.page(call.search(rows, ("name", "host_port", "username", "def_outbound_cid")), _SORT)


@routes.get("trunk/get")
async def get_trunk(call: ApiCall) -> Json:
    """One trunk."""
    return success(data=_row(_by_id(call, call.integer("id"))))


@routes.get("trunk/query")
async def query_trunks(call: ApiCall) -> Json:
    """Several trunks."""
    rows = [_row(_by_id(call, number)) for number in call.numbers("ids")]
    return success(total_number=len(rows), data=rows)


_MONITOR = {"enb_call_status": "monitor_calls", "enb_control_inbound_call": "control_inbound"}


@routes.get("trunk_status_monitor/list")
async def list_monitors(call: ApiCall) -> Json:
    """Which trunks' calls are told, and which ask before they ring."""
    rows = [
        {"trunk_id": trunk.id, "name": trunk.name}
        | {key: int(getattr(trunk, attribute)) for key, attribute in _MONITOR.items()}
        for trunk in call.pbx.house.trunks
    ]
    return call.page(rows, ("trunk_id",))


@routes.post("trunk_status_monitor/update")
async def update_monitors(call: ApiCall) -> Json:
    """Switch trunks' events on and off."""
    changes: list[tuple[TrunkConfig, dict[str, bool]]] = []
    for item in call.items("trunk_monitor_list"):
        identifier = item.get("trunk_id")
        if not isinstance(identifier, int):
            raise bad_parameter("trunk_id", "required")
        changes.append((_by_id(call, identifier), switches(item, _MONITOR)))
    listed = [trunk for trunk, _ in changes]
    if call.pbx.house.knobs.monitor_update == "replace":
        changes += [(t, dict.fromkeys(_MONITOR.values(), False)) for t in call.pbx.house.trunks if t not in listed]
    for trunk, values in changes:
        for attribute, value in values.items():
            setattr(trunk, attribute, value)
    return success()
