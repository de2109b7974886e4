"""The whole house on one machine: a real Home Assistant, an emulated PBX, the integration set up through its own dialogs.

Everything listens on the loopback address only. What Home Assistant stored is used again at the next start.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import shutil

from emulator import EmulatedPbx, past
from emulator.control import Control

from . import dashboard, flows, front_door
from .conditions import LOOPBACK, until
from .home_assistant import HomeAssistant
from .sdk import SdkFile, given_ui, standin
from .session import Json, Session
from .telephone_system import kept_certificate, telephone_system

DOMAIN = "yeastar_linkus"
DOOR = "1010"

type Say = Callable[[str], None]


@dataclass(frozen=True)
class Person:
    """Somebody who lives here: a Home Assistant user with a phone."""

    name: str
    username: str
    password: str
    extension: str


ANNA = Person("Anna Weber", "anna", "demo-anna", "1001")
BEN = Person("Ben Carter", "ben", "demo-ben", "1002")


@dataclass
class House:
    """A running house. ``anna`` is the administrator's session, ``ben`` the ordinary user's."""

    home_assistant: HomeAssistant
    pbx: EmulatedPbx
    anna: Session
    ben: Session
    entry_id: str
    control: Control
    sdk: str = ""
    """Which SDK browsers get, in words."""

    @property
    def url(self) -> str:
        """Where Home Assistant answers."""
        return self.home_assistant.url

    @property
    def dashboard(self) -> str:
        """Where the phone is shown."""
        return f"{self.url}{dashboard.URL}"

    async def phone(self, session: Session) -> Json:
        """What the page module is told about a user's phone."""
        info = await session.command(f"{DOMAIN}/info")
        phone: Json = info["phones"][0]
        return phone

    async def call_state(self, person: Person) -> str:
        """What the call-state sensor of a person's extension says."""
        session = self.anna if person == ANNA else self.ben
        state: str = (await self.anna.state((await self.phone(session))["entity_id"]))["state"]
        return state

    async def restart_home_assistant(self) -> None:
        """Stop Home Assistant and start it again; returns when it runs and the PBX's events reach it."""
        await self.home_assistant.stop()
        await self.home_assistant.start()
        await self.up()

    async def up(self) -> None:
        """Wait until Home Assistant runs and the PBX's events reach it."""
        await self.home_assistant.running(self.anna)
        await loaded(self.anna, self.entry_id)
        await events_arrive(self.anna)

    async def says(self, person: Person, state: str, *, limit: float = 10.0) -> None:
        """Wait until the call-state sensor of a person's extension says this."""

        async def said() -> bool:
            return await self.call_state(person) == state

        await until(said, f"the call state of {person.extension} to be {state}", limit=limit)


@asynccontextmanager
async def house(
    directory: Path,
    *,
    port: int,
    pbx_port: int,
    sdk: SdkFile | None,
    control_port: int = 0,
    lived_in: bool = False,
    say: Say = lambda _line: None,
) -> AsyncIterator[House]:
    """Run the house in ``directory`` until the block ends.

    ``sdk`` is handed over through the integration's own upload. Without it Home Assistant is asked to fetch the official
    file, and the stand-in is used where it cannot. ``lived_in`` gives the PBX a past and the house a door phone.
    ``control_port`` is that of the PBX's control door; 0 takes any.
    """
    async with AsyncExitStack() as stack:
        pbx = await stack.enter_async_context(telephone_system(pbx_port, kept_certificate(directory)))
        if lived_in:
            past.fill(pbx)
        control = await Control(pbx).start(control_port)
        stack.push_async_callback(control.stop)
        say(f"PBX emulator: {pbx.url}")
        home_assistant = HomeAssistant(directory, port)
        stack.push_async_callback(home_assistant.close)
        home_assistant.prepare(dashboard.files(control.port))
        await home_assistant.start()
        anna = await home_assistant.owner(ANNA.name, ANNA.username, ANNA.password)
        stack.push_async_callback(anna.close)
        await home_assistant.running(anna)
        say(f"Home Assistant: {home_assistant.url}")
        ben_id = await home_assistant.ordinary_user(anna, BEN.name, BEN.username, BEN.password)
        ben = await home_assistant.log_in(BEN.username, BEN.password)
        stack.push_async_callback(ben.close)
        anna_id = (await anna.command("auth/current_user"))["id"]
        entry_id = await add_pbx(anna, pbx)
        await add_phones(anna, entry_id, {ANNA.extension: anna_id, BEN.extension: ben_id})
        await loaded(anna, entry_id)
        built = House(home_assistant, pbx, anna, ben, entry_id, control)
        built.sdk = await hand_over(anna, entry_id, sdk)
        if lived_in:
            await add_door(anna, entry_id, directory)
        await loaded(anna, entry_id)
        await events_arrive(anna)
        await dashboard.show(anna)
        say(f"Linkus SDK: {built.sdk}")
        yield built


async def entry(session: Session) -> Json | None:
    """The integration's config entry, if there is one."""
    found: list[Json] = await session.command("config_entries/get", domain=DOMAIN)
    return found[0] if found else None


async def loaded(session: Session, entry_id: str) -> None:
    """Wait until the entry is set up."""

    async def ready() -> bool:
        found = await session.command("config_entries/get_single", entry_id=entry_id)
        return bool(found["config_entry"]["state"] == "loaded")

    await until(ready, "the integration to be set up", limit=30)


async def events_arrive(session: Session) -> None:
    """Wait until the integration says that the PBX's events reach it."""
    found = await session.command("config/entity_registry/list")
    sensor = next(one["entity_id"] for one in found if one["platform"] == DOMAIN and one["translation_key"] == "events")

    async def arriving() -> bool:
        return bool((await session.state(sensor))["state"] == "on")

    await until(arriving, "the PBX's events to arrive", limit=30)


def credentials(pbx: EmulatedPbx) -> Json:
    """What a person types into the config flow's first form."""
    return {
        "url": pbx.url,
        "certificate": "pin",
        "api": {"client_id": pbx.house.api.username, "client_secret": pbx.house.api.password},
        "sdk": {"access_id": pbx.house.sdk.username, "access_key": pbx.house.sdk.password},
    }


async def add_pbx(session: Session, pbx: EmulatedPbx) -> str:
    """Go through the config flow, unless an earlier start did; returns the entry's id."""
    if (found := await entry(session)) is not None:
        known: str = found["entry_id"]
        return known
    step = await flows.walk(
        session,
        flows.CONFIG,
        {"handler": DOMAIN, "show_advanced_options": False},
        {"user": credentials(pbx), "trust": {}},
    )
    if step.get("next_flow"):
        # The dialog would lead on to the first phone; the phones are added one by one instead.
        await session.rest("DELETE", f"{flows.SUBENTRIES}/{step['next_flow'][1]}")
    entry_id: str = step["result"]["entry_id"]
    await loaded(session, entry_id)
    return entry_id


async def add_phones(session: Session, entry_id: str, users: dict[str, str]) -> None:
    """Give each user (id by extension) a phone, unless it is there."""
    there = await session.command("config_entries/subentries/list", entry_id=entry_id)
    for extension, user_id in users.items():
        if any(one["subentry_type"] == "phone" and extension in one["title"] for one in there):
            continue
        await flows.walk(
            session,
            flows.SUBENTRIES,
            {"handler": [entry_id, "phone"]},
            {"user": {"user_id": user_id, "extension": extension, "supervisor": False}},
        )


async def hand_over(session: Session, entry_id: str, sdk: SdkFile | None) -> str:
    """Get the SDK to browsers, and say in words which: the given file, or what Home Assistant can fetch, or the stand-in."""
    if sdk is None:
        choice = {"init": flows.choose("sdk_download"), "sdk_download": {}}
        try:
            await flows.walk(session, flows.OPTIONS, {"handler": entry_id}, choice)
        except flows.FlowFailed, TimeoutError:
            sdk = await standin()
        else:
            return "the official file, fetched by Home Assistant"
    for path in (sdk.path, *given_ui()):
        file_id = await session.upload(path.name, path.read_bytes())
        choice = {"init": flows.choose("sdk_upload"), "sdk_upload": {"file": file_id}, "sdk_unknown": {}}
        await flows.walk(session, flows.OPTIONS, {"handler": entry_id}, choice)
    return sdk.description


async def add_door(session: Session, entry_id: str, directory: Path) -> None:
    """Give the house a front door with a camera and an opener, unless it is there."""
    if await session.command("config_entries/get", domain="local_file"):
        return
    picture = await asyncio.to_thread(front_door.draw, directory / "front_door.jpg")
    camera = {"name": "Front door", "file_path": str(picture)}
    await flows.walk(session, flows.CONFIG, {"handler": "local_file"}, {"user": camera})
    door = {
        "name": "Front door",
        "extension": DOOR,
        "camera_entity": "camera.front_door",
        "unlock_actions": [{"action": "script.open_the_front_door"}],
    }
    await flows.walk(session, flows.SUBENTRIES, {"handler": [entry_id, "door_phone"]}, {"user": door})


def forget(directory: Path) -> None:
    """Throw away what an earlier house left."""
    shutil.rmtree(directory, ignore_errors=True)


__all__ = ["ANNA", "BEN", "DOMAIN", "LOOPBACK", "House", "Person", "add_door", "forget", "house"]
