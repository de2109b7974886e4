"""``script/demo``: the house for somebody to walk through, or one call through it as a proof."""

import argparse
import asyncio
from collections.abc import Sequence
import os
from pathlib import Path
import signal
import sys
import tempfile

from emulator.__main__ import CONTROL_PORT

from .conditions import free_port, port_is_free
from .home_assistant import ROOT
from .house import ANNA, BEN, House, forget, house
from .sdk import SdkFile
from .smoke import smoke

WELCOME = """
  Ready:        {url}
  Log in as     {anna.username} / {anna.password}   administrator, extension {anna.extension}
                {ben.username} / {ben.password}     ordinary user, extension {ben.extension} (in another browser or a private window)
  Linkus SDK    {sdk}

  1. Once for each browser: open {pbx} and accept its certificate. The emulated PBX signs its own, as most
     PBXs in a LAN do, and the phone talks to the PBX directly: browsers refuse that silently until you have said yes.
  2. Log in, press "This browser" on the phone, and allow the microphone.
  3. Press "Somebody calls Anna", answer, and talk: the caller repeats what you say.

  Then try      dial 1099 (echo test; 1098 is a tone, 1097 is busy, 1096 never answers)
                "Somebody rings at the door": the phone shows the camera and opens
                the views Reception, Door and Hall; log in as {ben.username} too, and call each other
                another caller: {emulator} ring {anna.extension} --from +4915112345678 --name "Fay"{control}
                more: {emulator} --help, docs/emulator.md

  Ctrl-C stops everything. What you change stays in {directory} until script/demo --fresh.
"""


def given_sdk() -> SdkFile | None:
    """The file that SDK_FILE names."""
    named = os.environ.get("SDK_FILE")
    if not named:
        return None
    if not Path(named).is_file():
        raise SystemExit(f"SDK_FILE={named} is no file")
    return SdkFile.given(Path(named))


def welcome(running: House, directory: Path) -> str:
    """What to try, with the exact commands."""
    return WELCOME.format(
        url=running.dashboard,
        pbx=running.pbx.url,
        anna=ANNA,
        ben=BEN,
        sdk=running.sdk,
        emulator=".venv/bin/python -m emulator",
        control="" if running.control.port == CONTROL_PORT else f" --control {running.control.port}",
        directory=directory.relative_to(ROOT) if directory.is_relative_to(ROOT) else directory,
    )


async def walk_through(arguments: argparse.Namespace) -> int:
    """Run the house until somebody has seen enough."""
    for port, what, option in (
        (arguments.port, "Home Assistant", "--port"),
        (arguments.pbx_port, "the PBX", "--pbx-port"),
        (arguments.control, "the PBX's control door", "--control"),
    ):
        if not port_is_free(port):
            print(
                f"Port {port} for {what} is taken (by another script/demo?): choose another with {option}",
                file=sys.stderr,
            )
            return 1
    stop_like_ctrl_c(asyncio.current_task())
    if arguments.fresh:
        forget(arguments.directory)
    async with house(
        arguments.directory,
        port=arguments.port,
        pbx_port=arguments.pbx_port,
        control_port=arguments.control,
        sdk=given_sdk(),
        lived_in=True,
        say=say,
    ) as running:
        print(welcome(running, arguments.directory), flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            say("stopping")
    return 0


async def proof(arguments: argparse.Namespace) -> int:
    """One call in a house that is thrown away; 0 when sound went both ways."""
    del arguments
    stop_like_ctrl_c(asyncio.current_task())
    with tempfile.TemporaryDirectory(prefix="demo-house-") as directory:
        async with house(
            Path(directory) / "house", port=free_port(), pbx_port=free_port(), sdk=given_sdk(), say=say
        ) as running:
            return 0 if await smoke(running, Path(directory), say) else 1


def stop_like_ctrl_c(task: asyncio.Task[int] | None) -> None:
    """A service manager's SIGTERM ends the house in order too."""
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def say(line: str) -> None:
    """One line about what is going on."""
    print(f"==> {line}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code."""
    parser = argparse.ArgumentParser(prog="script/demo", description="Home Assistant with a phone, and a PBX to call.")
    parser.add_argument("--port", type=int, default=8123, help="port of Home Assistant (8123)")
    parser.add_argument("--pbx-port", type=int, default=8088, help="port of the emulated PBX (8088)")
    parser.add_argument("--control", type=int, default=CONTROL_PORT, help="port of the PBX's control door (8089)")
    parser.add_argument("--directory", type=Path, default=ROOT / ".demo", help="where the house keeps its state")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier demo left")
    parser.add_argument("--smoke", action="store_true", help="make one call from a headless browser and measure it")
    arguments = parser.parse_args(argv)
    arguments.directory = arguments.directory.resolve()
    try:
        return asyncio.run(proof(arguments) if arguments.smoke else walk_through(arguments))
    except KeyboardInterrupt, asyncio.CancelledError:
        return 130 if arguments.smoke else 0


if __name__ == "__main__":
    sys.exit(main())
