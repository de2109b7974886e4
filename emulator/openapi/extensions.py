"""``extension/*`` and ``extension_status_monitor/*``."""

from typing import Any

from emulator.facts import Raw
from emulator.house import PRESENCES, ExtensionConfig

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()

_SORT = ("id", "number", "caller_id_name", "email_addr", "mobile_number", "presence_status")
_KINDS = {"linkus_desktop": "linkusdesktop", "linkus_mobile": "linkusmobile", "linkus_web": "linkusweb"}


def _row(call: ApiCall, extension: ExtensionConfig) -> Json:
    kinds = [entry.device.kind for entry in call.pbx.switchboard.devices_of(extension.number)]
    online: Json = {}
    if call.pbx.house.firmware.startswith("37."):
        online["fxs_phone"] = {"status": int(extension.fxs), "ext_dev_type": "fxs"}
    phones = kinds.count("sip_phone")
    online["sip_phone"] = {"ext_dev_type": "sip", "status_list": [{"status": 1}] * phones or [{"status": 0}]}
    for kind, name in _KINDS.items():
        online[kind] = {"status": int(kind in kinds), "ext_dev_type": name}
    return {
        "id": extension.id,
        "number": extension.number,
        "caller_id_name": extension.name,
        "role_name": "",
        "email_addr": extension.email,
        "mobile_number": extension.mobile,
        "presence_status": extension.presence,
        "custom_presence_status": "",
        "online_status": online,
    }


def _full(call: ApiCall, extension: ExtensionConfig) -> Json:
    first, _, last = extension.name.partition(" ")
    return _row(call, extension) | {
        "first_name": first,
        "last_name": last,
        "caller_id": extension.number,
        "reg_name": f"reg{extension.number}",
        "enb_vm": 1,
        "enb_web_client": int(extension.linkus_web),
        "enb_desktop_client": int(extension.linkus_desktop),
    }


def _by_id(call: ApiCall, number: int) -> ExtensionConfig:
    for extension in call.pbx.house.extensions:
        if extension.id == number:
            return extension
    raise ApiFailure(60001)


@routes.get("extension/list")
async def list_extensions(call: ApiCall) -> Json:
    """All extensions, by page."""
    return call.page([_row(call, entry) for entry in call.pbx.house.extensions], _SORT)


@routes.get("extension/search")
async def search_extensions(call: ApiCall) -> Json:
    """Extensions by keyword."""
    rows = [_row(call, entry) for entry in call.pbx.house.extensions]
    return call.page(call.search(rows, ("number", "caller_id_name", "email_addr", "mobile_number")), _SORT)


@routes.get("extension/get")
async def get_extension(call: ApiCall) -> Json:
    """One extension in full."""
    return success(data=_full(call, _by_id(call, call.integer("id"))))


@routes.get("extension/query")
async def query_extensions(call: ApiCall) -> Json:
    """Several extensions in full."""
    rows = [_full(call, _by_id(call, number)) for number in call.numbers("ids")]
    return success(total_number=len(rows), data=rows)


@routes.post("extension/update")
async def update_extension(call: ApiCall) -> Json:
    """Change an extension: here its presence, name, e-mail and mobile number."""
    extension = _by_id(call, call.integer("id"))
    presence = call.choice("presence_status", PRESENCES, default=extension.presence)
    email, mobile = (
        call.text("email_addr", default=extension.email),
        call.text("mobile_number", default=extension.mobile),
    )
    name = call.text("caller_id_name", default=extension.name)
    taken = next((e for e in call.pbx.house.extensions if e is not extension and email and e.email == email), None)
    if taken is not None:
        raise ApiFailure(40003, submsg="email_addr", duplicate_field_list=[{"field": "email_addr", "value": email}])
    if (name, email, mobile) != (extension.name, extension.email, extension.mobile):
        extension.name, extension.email, extension.mobile = name, email, mobile
        call.pbx.switchboard.tell(Raw(30022, {"ext_number": extension.number, "option": "UPDATE"}))
    call.pbx.set_presence(extension.number, presence, echo=call.pbx.house.knobs.presence_echo)
    return success()


_MONITOR = {
    "enb_register_status": "monitor_registration",
    "enb_call_status": "monitor_calls",
    "enb_presence_status": "monitor_presence",
}


@routes.get("extension_status_monitor/list")
async def list_monitors(call: ApiCall) -> Json:
    """Which extensions' events are sent."""
    rows = [
        {"ext_id": entry.id, "number": entry.number, "name": entry.name}
        | {key: int(getattr(entry, attribute)) for key, attribute in _MONITOR.items()}
        for entry in call.pbx.house.extensions
    ]
    return call.page(rows, ("ext_id",))


@routes.post("extension_status_monitor/update")
async def update_monitors(call: ApiCall) -> Json:
    """Switch extensions' events on and off."""
    changes: list[tuple[ExtensionConfig, dict[str, bool]]] = []
    for item in call.items("ext_monitor_list"):
        identifier = item.get("ext_id")
        if not isinstance(identifier, int):
            raise bad_parameter("ext_id", "required")
        changes.append((_by_id(call, identifier), switches(item, _MONITOR)))
    listed = [extension for extension, _ in changes]
    if call.pbx.house.knobs.monitor_update == "replace":
        changes += [(e, dict.fromkeys(_MONITOR.values(), False)) for e in call.pbx.house.extensions if e not in listed]
    for extension, values in changes:
        for attribute, value in values.items():
            setattr(extension, attribute, value)
    return success()


def switches(item: Json, names: dict[str, str]) -> dict[str, bool]:
    """The 0/1 settings of a monitor entry, by attribute; a key that is missing is left alone."""
    values: dict[str, bool] = {}
    for key, attribute in names.items():
        value: Any = item.get(key)
        if value is None:
            continue
        if value not in (0, 1):
            raise bad_parameter(key, "enum", value)
        values[attribute] = bool(value)
    return values
