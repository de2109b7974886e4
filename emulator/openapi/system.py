"""``system/*``: who this PBX is and how much it can take."""

from .protocol import ApiCall, Json, Routes, success

routes = Routes()


@routes.get("system/information")
async def information(call: ApiCall) -> Json:
    """Identity, firmware and clock."""
    pbx, house = call.pbx, call.pbx.house
    return success(
        data={
            "device_name": house.device_name,
            "model_name": house.model,
            "sn": house.serial,
            "firmware_version": house.firmware,
            "system_time": pbx.wall.display(pbx.clock.now()),
            "up_time": int(pbx.clock.now() - pbx.started_at),
            "system_date_format": house.date_format,
            "system_time_format": house.time_format,
            "timestamp": int(pbx.clock.now()),
        }
    )


@routes.get("system/capacity")
async def capacity(call: ApiCall) -> Json:
    """Extensions and concurrent calls: how many may be, how many are."""
    house = call.pbx.house
    return success(
        data={
            "extension_capacity": house.extension_capacity,
            "extension_used": len(house.extensions),
            "cc_capacity": house.call_capacity,
            "cc_used": len(call.pbx.switchboard.calls),
        }
    )
