"""Recordings and voicemail in the media browser: who finds what, and the sound through Home Assistant only."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from homeassistant.auth.models import User
from homeassistant.components.media_source import Unresolvable, async_browse_media, async_resolve_media
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import current_request
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yeastar_linkus import media_source
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.sounds import (
    links as sound_links,
    shelf as recording_shelf,
    tickets as sound_tickets,
)
from custom_components.yeastar_linkus.sounds.links import Sound, SoundKind
from custom_components.yeastar_linkus.sounds.tickets import TICKETS_GIVEN
from custom_components.yeastar_linkus.yeastar import transport
from emulator import EmulatedPbx
from emulator.archive import Recording, sound
from emulator.house import GroupMailbox
from emulator.legs import Call, Stage
from tests.integration.conftest import WEBHOOK_ID, Setup, phone_data
from tests.integration.test_browser_door import ask

DORA = "+493044400001"
DAY = 86400
ROOT = f"media-source://{DOMAIN}"

type Browse = Callable[..., Awaitable[dict[str, Any]]]


def record(pbx: EmulatedPbx, days_ago: float, caller: str, callee: str, seconds: int = 2) -> Recording:
    """A recorded call of the past."""
    at = pbx.clock.now() - days_ago * DAY
    call = Call(f"{at}.1", f"{at}", "Inbound", at, caller, "", callee)
    call.stages.append(Stage(callee, "", "", at, at, at + seconds, "ANSWERED"))
    number = len(pbx.archive.recordings) + 1
    kept = Recording(number, call, f"{number}.wav", at, seconds)
    pbx.archive.recordings.append(kept)
    return kept


@pytest.fixture
async def ben(hass: HomeAssistant) -> MockUser:
    """No administrator; 1002 is his."""
    return MockUser(name="Ben", groups=[]).add_to_hass(hass)


@pytest.fixture
async def entry(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_admin_user: MockUser, hass_read_only_user: User
) -> MockConfigEntry:
    """Recordings of three days, oldest first as the PBX keeps them; a message for Anna and one for Ben."""
    assert await async_setup_component(hass, "media_source", {})
    await hass.config.async_update(time_zone="Europe/Berlin")
    for days, caller, callee in ((40, DORA, "1001"), (2, DORA, "1001"), (2, "1001", "1002"), (1, DORA, "1003")):
        record(pbx, days, caller, callee)
    pbx.archive.leave("1001", DORA, "Dora", 7)
    pbx.archive.leave("1002", "+49305", "", 2)
    return await setup(
        wait_for_events=False,
        phones=[phone_data(hass_admin_user.id, "1001"), phone_data(hass_read_only_user.id, "1002")],
    )


@pytest.fixture
async def admin(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    return await hass_ws_client(hass)


@pytest.fixture
async def reader(
    hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> MockHAClientWebSocket:
    """The browser of a user who is no administrator; 1002 is the own extension."""
    return await hass_ws_client(hass, hass_read_only_access_token)


async def command(ws: MockHAClientWebSocket, kind: str, path: str) -> dict[str, Any]:
    content = f"{ROOT}/{path}" if path else ROOT
    await ws.send_json_auto_id({"type": f"media_source/{kind}", "media_content_id": content})
    answer: dict[str, Any] = await ws.receive_json()
    return answer


async def inside(ws: MockHAClientWebSocket, path: str = "") -> list[str]:
    """The identifiers in a folder."""
    answer = await command(ws, "browse_media", path)
    assert answer["success"], answer
    return [child["media_content_id"].removeprefix(f"{ROOT}/") for child in answer["result"]["children"]]


async def titles(ws: MockHAClientWebSocket, path: str) -> list[str]:
    return [child["title"] for child in (await command(ws, "browse_media", path))["result"]["children"]]


def day(pbx: EmulatedPbx, days_ago: float) -> str:
    return pbx.wall.timeline(pbx.clock.now() - days_ago * DAY)[:10].replace("/", "-")


async def test_everybody_finds_what_he_may_hear(
    admin: MockHAClientWebSocket, reader: MockHAClientWebSocket, entry: MockConfigEntry
) -> None:
    here = entry.entry_id
    assert await inside(admin) == await inside(reader) == [here]
    assert await inside(reader, here) == [f"{here}/recordings/1002", f"{here}/voicemail/1002"]
    found = await inside(admin, here)
    assert found[:4] == [
        f"{here}/recordings/all",
        f"{here}/recordings/1001",
        f"{here}/voicemail/1001",
        f"{here}/voicemail/1002",
    ]
    assert (await titles(admin, here))[:3] == [
        "All recordings",
        "Recordings of Anna Weber (1001)",
        "Voicemail of Anna Weber (1001)",
    ]
    assert (await titles(reader, f"{here}/voicemail/1002"))[0].endswith(" · +49305 · 0:02")
    for path in (
        "recordings/all",
        "recordings/1001",
        "recordings/1002/yesterday",
        "recordings/1002/2026-01-01/1/1/1",
        "voicemail/1001",
        "nonsense",
    ):
        assert (await command(reader, "browse_media", f"{here}/{path}"))["error"]["code"] == "browse_media_failed"
    assert not (await command(reader, "browse_media", "unknown"))["success"]


async def test_the_mailboxes_of_groups_are_for_supervisors(
    pbx: EmulatedPbx, admin: MockHAClientWebSocket, reader: MockHAClientWebSocket, entry: MockConfigEntry
) -> None:
    pbx.house.group_mailboxes.append(GroupMailbox(1, "6100", "Office", ("1002",)))
    pbx.archive.leave("6100", DORA, "Dora", 3)
    await entry.runtime_data.async_refresh()
    here = f"{entry.entry_id}/voicemail/6100"
    assert here in await inside(admin, entry.entry_id)
    assert "Voicemail of Office (6100)" in await titles(admin, entry.entry_id)
    assert len(await inside(admin, here)) == 1
    assert here not in await inside(reader, entry.entry_id)
    assert not (await command(reader, "browse_media", here))["success"]


async def test_a_stranger_finds_nothing(
    hass: HomeAssistant, admin: MockHAClientWebSocket, entry: MockConfigEntry
) -> None:
    for subentry in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry)
    await hass.async_block_till_done()
    with patch.object(User, "is_admin", False):
        assert await inside(admin) == []
        assert not (await command(admin, "browse_media", entry.entry_id))["success"]


async def test_recordings_by_day(
    pbx: EmulatedPbx, admin: MockHAClientWebSocket, reader: MockHAClientWebSocket, entry: MockConfigEntry
) -> None:
    everybody, ben = f"{entry.entry_id}/recordings/all", f"{entry.entry_id}/recordings/1002"
    assert await titles(admin, everybody) == [day(pbx, 1), day(pbx, 2), day(pbx, 40)]
    assert await titles(reader, ben) == [day(pbx, 2)]
    assert await inside(admin, f"{everybody}/{day(pbx, 2)}") == [f"{everybody}/{day(pbx, 2)}/0/{n}" for n in (3, 2)]
    assert await inside(reader, f"{ben}/{day(pbx, 2)}") == [f"{ben}/{day(pbx, 2)}/0/3"]
    (first, second) = await titles(admin, f"{everybody}/{day(pbx, 2)}")
    assert first.endswith(" · Anna Weber → Ben Carter · 0:02")
    assert second.endswith(" · Dora Klein → Anna Weber · 0:02")
    assert await inside(admin, f"{everybody}/before/{day(pbx, 2)}") == [f"{everybody}/{day(pbx, 40)}"]
    with patch.object(media_source, "PAGE", 1):
        assert await inside(admin, f"{everybody}/{day(pbx, 2)}") == [
            f"{everybody}/{day(pbx, 2)}/0/3",
            f"{everybody}/{day(pbx, 2)}/1",
        ]
        assert await inside(admin, f"{everybody}/{day(pbx, 2)}/1") == [f"{everybody}/{day(pbx, 2)}/1/2"]
    pbx.knobs.fail_with = {"recording/list": -2}
    assert not (await command(admin, "browse_media", everybody))["success"]


@pytest.mark.parametrize(("days", "rows"), [(1, 1000), (2, 2), (31, 1)])
async def test_folders_of_older_ones_join_without_a_gap(
    pbx: EmulatedPbx, reader: MockHAClientWebSocket, entry: MockConfigEntry, days: int, rows: int
) -> None:
    for days_ago in (0.9, 0.8, 0.7):
        record(pbx, days_ago, "1001", "11002")
    ben = f"{entry.entry_id}/recordings/1002"
    assert await inside(reader, f"{ben}/{day(pbx, 0.8)}") == []
    record(pbx, 0.1, "1002", "1003")
    whole = await inside(reader, ben)
    found, folder = [], ben
    with patch.object(recording_shelf, "DAYS", days), patch.object(recording_shelf, "ROWS", rows):
        while folder:
            listed = await inside(reader, folder)
            folder = next((path for path in listed if "/before/" in path), "")
            found += [path for path in listed if path != folder]
    assert list(dict.fromkeys(found)) == whole


async def test_a_recording_is_played_to_who_may_hear_it(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reader: MockHAClientWebSocket,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    path = f"{entry.entry_id}/recordings/1002/{day(pbx, 2)}/0"
    resolved = (await command(reader, "resolve_media", f"{path}/3"))["result"]
    assert resolved["mime_type"] == "audio/wav"
    assert resolved["url"].startswith("/api/yeastar_linkus/sound/")
    client, wav = await hass_client_no_auth(), sound(2)
    for pbx.knobs.download_ranges in (False, True):
        answer = await client.get(resolved["url"])
        assert (answer.status, answer.headers["Content-Type"]) == (HTTPStatus.OK, "audio/wav")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert await answer.read() == wav
        for asked, piece in (("0-1", wav[:2]), ("100-199", wav[100:200]), ("-50", wav[-50:]), ("9-", wav[9:])):
            answer = await client.get(resolved["url"], headers={"Range": f"bytes={asked}"})
            assert answer.status == HTTPStatus.PARTIAL_CONTENT
            assert await answer.read() == piece
            start = len(wav) - len(piece) if asked[0] == "-" else int(asked.partition("-")[0])
            assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(piece) - 1}/{len(wav)}"
    pbx.knobs.download_ranges = False
    for asked in (f"bytes={len(wav)}-", "pages=1"):
        answer = await client.get(resolved["url"], headers={"Range": asked})
        assert answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    # One link was enough; when the PBX forgets it, there is another.
    assert len(pbx.books.requested("recording/download")) == 1
    pbx.archive._downloads.clear()
    assert await (await client.get(resolved["url"])).read() == wav
    assert len(pbx.books.requested("recording/download")) == 2
    # Neither without a signature nor for somebody else, nor when the right is gone.
    bare = resolved["url"].partition("?")[0]
    assert (await client.get(bare)).status == HTTPStatus.UNAUTHORIZED
    assert (await (await hass_client()).get(bare)).status == HTTPStatus.NOT_FOUND
    pbx.archive._downloads.clear()
    pbx.archive.recordings.clear()
    assert (await client.get(resolved["url"])).status == HTTPStatus.NOT_FOUND
    pbx.knobs.fail_with = {"recording/download": -2}
    assert (await client.get(resolved["url"])).status == HTTPStatus.BAD_GATEWAY
    for subentry in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry)
    assert (await client.get(resolved["url"])).status == HTTPStatus.NOT_FOUND


async def test_what_cannot_be_played(
    hass: HomeAssistant, pbx: EmulatedPbx, reader: MockHAClientWebSocket, entry: MockConfigEntry
) -> None:
    here = entry.entry_id
    for path in (
        f"{here}/recordings/1002/{day(pbx, 2)}/0/2",
        f"{here}/recordings/1002/{day(pbx, 3)}/0/3",
        f"{here}/recordings/all/{day(pbx, 2)}/0/3",
        f"{here}/recordings/1002/{day(pbx, 2)}/0/x",
        f"{here}/voicemail/1001/1",
        f"{here}/voicemail/1002/1",
        f"{here}/voicemail",
        "unknown/voicemail/1002/2",
    ):
        answer = await command(reader, "resolve_media", path)
        assert answer["error"]["code"] == "resolve_media_failed", path
        assert answer["error"]["message"] == "There is nothing to play, or it is not yours"
    pbx.knobs.fail_with = {"recording/search": -2}
    answer = await command(reader, "resolve_media", f"{here}/recordings/1002/{day(pbx, 2)}/0/3")
    assert "nothing to play" not in answer["error"]["message"]
    await hass.config_entries.async_unload(here)
    assert not (await command(reader, "resolve_media", f"{here}/voicemail/1002/2"))["success"]


async def test_an_automation_plays_on_a_speaker(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """Nobody asks: the player gets an address that is good without a user."""
    content = f"{ROOT}/{entry.entry_id}/voicemail/1002/2"
    played = await async_resolve_media(hass, content, "media_player.kitchen")
    client = await hass_client()
    assert await (await client.get(played.url)).read() == sound(2)
    with pytest.raises(Unresolvable):
        await async_resolve_media(hass, f"{ROOT}/{entry.entry_id}/recordings/all/{day(pbx, 2)}/0/99", None)
    # Folders are for people.
    with pytest.raises(Exception, match="nothing to play"):
        await async_browse_media(hass, f"{ROOT}/{entry.entry_id}")
    await hass.config_entries.async_unload(entry.entry_id)
    assert (await client.get(played.url)).status == HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.parametrize(("path", "plays"), [(f"/api/webhook/{WEBHOOK_ID}", True), ("/api/webhook/other", False)])
async def test_requests_without_a_user(hass: HomeAssistant, entry: MockConfigEntry, path: str, plays: bool) -> None:
    """What the PBX's own events start is an automation; whose another request is, nobody knows."""
    content = f"{ROOT}/{entry.entry_id}/voicemail/1002/2"
    token = current_request.set(FakeRequest(path))
    try:
        if plays:
            assert await async_resolve_media(hass, content, None)
            return
        with pytest.raises(Unresolvable):
            await async_resolve_media(hass, content, None)
        with pytest.raises(Exception, match="nothing to play"):
            await async_browse_media(hass, f"{ROOT}/{entry.entry_id}")
    finally:
        current_request.reset(token)


async def test_a_request_with_a_user(hass: HomeAssistant, entry: MockConfigEntry, hass_read_only_user: User) -> None:
    request = FakeRequest("/api/services/media_player/play_media", hass_user=hass_read_only_user)
    token = current_request.set(request)
    try:
        assert await async_resolve_media(hass, f"{ROOT}/{entry.entry_id}/voicemail/1002/2", None)
        with pytest.raises(Unresolvable):
            await async_resolve_media(hass, f"{ROOT}/{entry.entry_id}/voicemail/1001/1", None)
    finally:
        current_request.reset(token)


class FakeRequest(dict[Any, Any]):
    """As much of a request as tells whose it is."""

    def __init__(self, path: str, **found: Any) -> None:
        super().__init__(found)
        self.path = path


async def test_the_cards_own_address_is_of_the_same_kind(
    hass: HomeAssistant,
    admin: MockHAClientWebSocket,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    phone = next(iter(entry.subentries))
    url = (await ask(admin, "mailbox/audio", phone_id=phone, message_id="1"))["result"]["url"]
    assert await (await (await hass_client_no_auth()).get(url)).read() == sound(7)


async def test_a_file_that_breaks_off_or_hides_its_size(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    played = await async_resolve_media(hass, f"{ROOT}/{entry.entry_id}/voicemail/1002/2", None)
    client, wav = await hass_client(), sound(2)
    with patch.object(transport, "_opened", hide_size):
        for headers in ({}, {"Range": "bytes=5-"}, {"Range": "bytes=-5"}):
            answer = await client.get(played.url, headers=headers)
            assert (answer.status, await answer.read()) == (HTTPStatus.OK, wav)
            assert "Accept-Ranges" not in answer.headers
    with patch.object(transport, "FILE_LIMIT", 10), pytest.raises(Exception, match=r"payload|disconnected"):
        await (await client.get(played.url)).read()


async def hide_size(response: Any, first: int) -> transport.FileBody:
    return transport.FileBody(None, response, 0)


async def test_what_was_given_out_is_forgotten(
    hass: HomeAssistant, entry: MockConfigEntry, hass_admin_user: User, hass_client: ClientSessionGenerator
) -> None:
    tickets, message = hass.data[TICKETS_GIVEN], Sound(entry.entry_id, SoundKind.MESSAGE, "1001", "1")
    links = entry.runtime_data.sound_links
    with patch.object(sound_tickets, "TICKETS", 1), patch.object(sound_links, "LINKS", 1):
        first, second = tickets.give(message, hass_admin_user), tickets.give(message, hass_admin_user)
        one = await links.of(message)
        await links.of(Sound(entry.entry_id, SoundKind.MESSAGE, "1002", "2"))
        assert await links.of(message) != one
    assert tickets.sound(hass, first, hass_admin_user) is None
    assert tickets.sound(hass, second, hass_admin_user) == (entry, message)
    with patch.object(sound_tickets, "TICKET_SECONDS", -1):
        late = tickets.give(message, hass_admin_user)
    assert tickets.sound(hass, late, hass_admin_user) is None
    await hass.config_entries.async_remove(entry.entry_id)
    assert tickets.sound(hass, second, hass_admin_user) is None
