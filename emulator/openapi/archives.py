"""``vm/*``, ``recording/*`` and ``custom_prompt/*``."""

from emulator.archive import Message, Recording, sound

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()


def _message(call: ApiCall, message: Message) -> Json:
    return {
        "msg_id": str(message.id),
        "file_name": message.file_name,
        "is_read": int(message.is_read),
        "duration": message.seconds,
        "size": message.size,
        "group_voicemail_read_status": _readers(call, message),
        "name": message.caller_name,
        "time": call.pbx.wall.display(message.at),
        "number": message.caller,
    }


def _readers(call: ApiCall, message: Message) -> list[Json] | None:
    """Who of a group has listened to a message of its mailbox; None for an extension's own."""
    group = call.pbx.house.group_mailbox(message.mailbox)
    if group is None:
        return None
    members = [entry for number in group.members if (entry := call.pbx.house.extension(number)) is not None]
    return [{"name": e.name, "number": e.number, "is_read": int(message.is_read)} for e in members]


def _mailbox(call: ApiCall, number: str) -> list[Json]:
    if call.pbx.house.extension(number) is None and call.pbx.house.group_mailbox(number) is None:
        raise ApiFailure(60001)
    found = [message for message in call.pbx.archive.messages if message.mailbox == number]
    return [_message(call, message) for message in sorted(found, key=lambda m: (-m.at, -m.id))]


def _by_id(call: ApiCall, name: str) -> Message:
    wanted, uid = call.text(name, default=""), call.text("uid", default="")
    if not wanted and not uid:
        raise bad_parameter(name, "required")
    for message in call.pbx.archive.messages:
        if str(message.id) == wanted or (uid and message.uid == uid):
            return message
    raise ApiFailure(60001)


@routes.get("vm/get", since=(15, 0, 0))
async def get_messages(call: ApiCall) -> Json:
    """The messages of one mailbox, the newest first."""
    rows = _mailbox(call, call.text("number"))
    number, size = (
        call.integer("page", default=1, least=1),
        call.integer("page_size", default=10000, least=1, most=10000),
    )
    return success(total_number=len(rows), data=rows[(number - 1) * size : number * size])


@routes.get("vm/query", since=(15, 0, 0))
async def query_messages(call: ApiCall) -> Json:
    """The messages of several mailboxes; those of groups only when they are shared to members."""
    hidden = {group.number for group in call.pbx.house.group_mailboxes if not group.members}
    numbers = [number for number in call.text("number", longest=10000).split(",") if number and number not in hidden]
    boxes = {number: _mailbox(call, number) for number in numbers}
    return success(
        voicemail_list=[{"number": number, "total_number": len(rows), "data": rows} for number, rows in boxes.items()]
    )


@routes.get("vm_group/list", since=(15, 0, 0))
async def list_groups(call: ApiCall) -> Json:
    """The mailboxes of groups; the keys are a guess after those of every other list."""
    rows = [{"id": entry.id, "number": entry.number, "name": entry.name} for entry in call.pbx.house.group_mailboxes]
    return call.page(rows, ("id", "number", "name"))


@routes.get("vm/download", since=(15, 0, 0))
async def download_message(call: ApiCall) -> Json:
    """A link to the sound of a message."""
    message = _by_id(call, "msg_id")
    return success(**call.pbx.archive.link(message.file_name, sound(message.seconds)))


@routes.post("vm/update", since=(15, 0, 0))
async def update_message(call: ApiCall) -> Json:
    """Mark a message read or unread."""
    message = _by_id(call, "id")
    message.is_read = bool(call.integer("vm_status", least=0, most=1))
    return success()


@routes.post("vm/create", since=(15, 0, 0))
async def create_message(call: ApiCall) -> Json:
    """Put an empty message into a mailbox."""
    sender, mailbox = call.text("vm_from_number"), call.text("vm_to_number")
    if call.pbx.house.extension(mailbox) is None and call.pbx.house.group_mailbox(mailbox) is None:
        raise ApiFailure(60001)
    return success(id=str(call.pbx.archive.leave(mailbox, sender, "", 1).id))


@routes.get("vm/delete", since=(15, 0, 0))
async def delete_message(call: ApiCall) -> Json:
    """Delete a message."""
    call.pbx.archive.messages.remove(_by_id(call, "id" if call.text("id", default="") else "msg_id"))
    return success()


def _recording(call: ApiCall, recording: Recording) -> Json:
    entry = recording.call
    callee = entry.stages[-1] if entry.stages else None
    to_number, to_name = (callee.number, callee.name) if callee else (entry.callee_number, "")
    return {
        "id": recording.id,
        "time": call.pbx.wall.display(recording.at),
        "uid": entry.uid,
        "call_from": f"{entry.caller_name or entry.caller_number}<{entry.caller_number}>",
        "call_to": f"{to_name or to_number}<{to_number}>",
        "duration": recording.seconds,
        "size": recording.size,
        "call_type": entry.kind,
        "file": recording.file,
        "call_from_number": entry.caller_number,
        "call_from_name": entry.caller_name,
        "call_to_number": to_number,
        "call_to_name": to_name,
        "archive_status": "",
        "archive_path": "",
        "archive_type": "",
        "file_path": f"record/{recording.file}",
    }


@routes.get("recording/list")
async def list_recordings(call: ApiCall) -> Json:
    """All recordings, by page."""
    return call.page([_recording(call, entry) for entry in call.pbx.archive.recordings], ("id", "time"))


@routes.get("recording/search")
async def search_recordings(call: ApiCall) -> Json:
    """Recordings by keyword."""
    rows = [_recording(call, entry) for entry in call.pbx.archive.recordings]
    return call.page(call.search(rows, ("call_from", "call_to", "file", "uid")), ("id", "time"))


@routes.get("recording/download")
async def download_recording(call: ApiCall) -> Json:
    """A link to a recording, by id or by file name."""
    wanted, file = call.integer("id", default=0), call.text("file", default="")
    if not wanted and not file:
        raise bad_parameter("id", "required")
    for entry in call.pbx.archive.recordings:
        if entry.id == wanted or entry.file == file:
            return success(**call.pbx.archive.link(entry.file, sound(entry.seconds)))
    raise ApiFailure(60001)


@routes.get("custom_prompt/list")
async def list_prompts(call: ApiCall) -> Json:
    """The prompts that ``call/play_prompt`` can play."""
    rows = [
        {"id": number, "name": name, "file": f"{name}.wav"} for number, name in enumerate(call.pbx.house.prompts, 1)
    ]
    return call.page(rows, ("id", "name"))
