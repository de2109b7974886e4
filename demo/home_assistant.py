"""A real Home Assistant as a child process, onboarded without a click."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import json
import os
from pathlib import Path
import signal
import sys

import aiohttp

from .conditions import LOOPBACK, until
from .session import Refused, Session, Tokens, answer_json, log_in, tokens_for_code

ROOT = Path(__file__).resolve().parents[1]

# default_config as a whole wants binaries (go2rtc, ffmpeg) that a plain machine has not; its parts that matter here:
CONFIGURATION = """\
homeassistant:
  name: Demo house
  latitude: 52.52
  longitude: 13.40
  unit_system: metric
  currency: EUR
  country: DE
  language: en
  time_zone: Europe/Berlin
  internal_url: {url}
  external_url: {url}
frontend:
  themes:
    Strong colours:
      primary-color: "#b00020"
      card-background-color: "#fff3c4"
      primary-text-color: "#22004d"
config:
history:
logbook:
webhook:
person:
mobile_app:
my:
media_source:
assist_pipeline:
system_health:
automation: !include automations.yaml
script: !include scripts.yaml
rest_command: !include rest_commands.yaml
input_boolean: !include input_booleans.yaml
recorder:
  commit_interval: 1
logger:
  default: warning
  logs:
    homeassistant.bootstrap: info
    # Not on a plain machine, and not missed.
    haffmpeg: critical
    homeassistant.components.ffmpeg: critical
    homeassistant.components.camera.img_util: critical
    homeassistant.components.camera: critical
    custom_components.yeastar_linkus: debug
"""


class HomeAssistant:
    """Home Assistant in ``directory``, listening on ``port`` of the loopback address only."""

    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        self.http = aiohttp.ClientSession()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """Home Assistant's own log."""
        return self.directory / "home-assistant.log"

    def prepare(self, files: Mapping[str, str]) -> None:
        """Write the configuration and link the integration; what Home Assistant stored before stays."""
        storage = self.directory / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        (self.directory / "configuration.yaml").write_text(CONFIGURATION.format(url=self.url))
        for name, content in files.items():
            (self.directory / name).write_text(content)
        # Core reads the port from storage only; YAML would be a trial that it throws away.
        http = {
            "version": 2,
            "minor_version": 2,
            "key": "http",
            "data": {
                "stable": {
                    "server_host": [LOOPBACK],
                    "server_port": self.port,
                    "cors_allowed_origins": [],
                    "login_attempts_threshold": -1,
                    "ip_ban_enabled": False,
                    "ssl_profile": "modern",
                    "use_x_frame_options": True,
                    "created_at": "2026-01-01T00:00:00+00:00",
                    "error": None,
                    "error_message": None,
                },
                "pending": None,
                "yaml_migration_done": True,
            },
        }
        (storage / "http").write_text(json.dumps(http))
        # Only the user step is left: the others would fetch weather and radio stations from the internet.
        if not (onboarding := storage / "onboarding").exists():
            done = {"done": ["core_config", "analytics", "integration"]}
            onboarding.write_text(json.dumps({"version": 4, "minor_version": 1, "key": "onboarding", "data": done}))
        link = self.directory / "custom_components" / "yeastar_linkus"
        link.parent.mkdir(exist_ok=True)
        target = ROOT / "custom_components" / "yeastar_linkus"
        if link.is_symlink() and link.readlink() != target:
            link.unlink()
        if not link.is_symlink():
            link.symlink_to(target)

    async def start(self, *, limit: float = 120.0) -> None:
        """Start it and return once it says that it is running; ``limit`` in seconds."""
        binaries = Path(sys.executable).parent
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        # Core looks for uv and pip beside its own Python.
        environment["PATH"] = f"{binaries}:{environment.get('PATH', '')}"
        with (self.directory / "console.log").open("wb") as console:
            self._process = await asyncio.create_subprocess_exec(
                str(binaries / "hass"),
                "--config",
                str(self.directory),
                "--skip-pip",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=asyncio.subprocess.STDOUT,
                env=environment,
                cwd=self.directory,
                # Ctrl-C at the terminal is for the house, which stops Home Assistant in order.
                start_new_session=True,
            )
        await until(self._answers, f"Home Assistant to answer at {self.url} (see {self.log})", limit=limit, every=0.1)

    async def close(self) -> None:
        """Stop it, and close what was open to it."""
        await self.stop()
        await self.http.close()

    async def stop(self) -> None:
        """Stop it as a service manager would, and wait for its end."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(30):
                    await self._process.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()

    async def owner(self, name: str, username: str, password: str) -> Session:
        """The first administrator: made by onboarding if there is none yet, then logged in."""
        async with self.http.get(f"{self.url}/api/onboarding") as response:
            steps = await answer_json(response) if response.status == 200 else []
        if any(step["step"] == "user" and not step["done"] for step in steps):
            form = {
                "client_id": f"{self.url}/",
                "name": name,
                "username": username,
                "password": password,
                "language": "en",
            }
            async with self.http.post(f"{self.url}/api/onboarding/users", json=form) as response:
                code = (await answer_json(response))["auth_code"]
            tokens = await tokens_for_code(self.http, self.url, code)
            return Session(self.http, self.url, tokens, username)
        return await self.log_in(username, password)

    async def log_in(self, username: str, password: str) -> Session:
        """A new session of a user."""
        return Session(self.http, self.url, await log_in(self.http, self.url, username, password), username)

    async def running(self, owner: Session) -> None:
        """Wait until every integration is set up."""

        async def started() -> bool:
            return bool((await owner.rest("GET", "/api/config"))["state"] == "RUNNING")

        await until(started, "Home Assistant to finish its start", limit=120, every=0.1)

    async def ordinary_user(self, owner: Session, name: str, username: str, password: str) -> str:
        """An ordinary user with a password, and the person to it; returns the user's id."""
        for user in await owner.command("config/auth/list"):
            if user["username"] == username:
                found: str = user["id"]
                return found
        made = await owner.command("config/auth/create", name=name, group_ids=["system-users"])
        user_id: str = made["user"]["id"]
        await owner.command(
            "config/auth_provider/homeassistant/create", user_id=user_id, username=username, password=password
        )
        await owner.command("person/create", name=name, user_id=user_id, device_trackers=[])
        return user_id

    async def _answers(self) -> bool:
        if self._process is not None and self._process.returncode is not None:
            raise RuntimeError(f"Home Assistant ended with {self._process.returncode}; see {self.log} and console.log")
        try:
            async with self.http.get(f"{self.url}/manifest.json", timeout=aiohttp.ClientTimeout(2)) as response:
                return response.status == 200
        except aiohttp.ClientError, TimeoutError:
            return False


__all__ = ["HomeAssistant", "Refused", "Session", "Tokens"]
