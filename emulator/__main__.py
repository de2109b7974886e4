"""``python -m emulator``: serve the demo house, or tell a served one what to do.

    python -m emulator serve [--host 127.0.0.1] [--port 8088] [--control 8089] [--no-tls] [--certificate FILE] [--empty]
    python -m emulator ring 1001 --from +4930123456 --name "Dora Klein"
    python -m emulator answer 1001          python -m emulator hangup 1001
    python -m emulator hold 1001            python -m emulator transfer 1001 1002
    python -m emulator event 30009 '{"extension": "1001", "status": "away"}'
    python -m emulator drop 3               python -m emulator delay 2.5
    python -m emulator restart --away 5     python -m emulator calls

All verbs but ``serve`` speak to the control door (``--control PORT``, default 8089); ``emulator/control.py`` lists them.
"""

import argparse
import asyncio
from collections.abc import Sequence
import contextlib
import json
import logging
from pathlib import Path
import signal
import sys
from typing import Any
import urllib.error
import urllib.request

from . import past
from .control import Control
from .house import demo_house
from .pbx import EmulatedPbx

CONTROL_PORT = 8089


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="An emulated Yeastar P-Series PBX.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, text: str, *arguments: str) -> argparse.ArgumentParser:
        entry = verbs.add_parser(name, help=text)
        entry.add_argument("--control", type=int, default=CONTROL_PORT, help="port of the control door")
        for argument in arguments:
            entry.add_argument(argument)
        return entry

    serve = verb("serve", "start the PBX")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8088)
    serve.add_argument("--no-tls", action="store_true")
    serve.add_argument("--certificate", type=Path, help="write the certificate to this file")
    serve.add_argument("--name", action="append", default=[], help="a further host name for the certificate")
    serve.add_argument("--empty", action="store_true", help="start without a past: no history, no messages")
    serve.add_argument("--quiet", action="store_true", help="do not print the events")

    ring = verb("ring", "somebody calls from outside", "to")
    ring.add_argument("--from", default="+493055500005")
    ring.add_argument("--name", default="")
    verb("dial", "a desk phone dials", "phone", "number")
    for name, text in (
        ("answer", "pick up"),
        ("reject", "decline"),
        ("hangup", "hang up"),
        ("hold", "hold"),
        ("unhold", "take back"),
        ("join", "attended transfer of the phone's two calls"),
        ("plug", "register the desk phone"),
        ("unplug", "take the desk phone off the network"),
    ):
        verb(name, text, "phone")
    verb("dtmf", "press keys", "phone", "digits")
    verb("transfer", "blind transfer", "phone", "to")
    script = verb("script", "what a phone does when it rings", "phone", "does")
    script.add_argument("--after", type=float, default=0.0)
    verb("presence", "change a presence", "number", "presence")
    verb("trunk", "change a trunk's status code", "name", "status")
    event = verbs.add_parser("event", help="send any event")
    event.add_argument("--control", type=int, default=CONTROL_PORT)
    event.add_argument("type", type=int)
    event.add_argument("msg", type=json.loads, nargs="?", default={})
    for name, text in (
        ("drop", "lose the next events"),
        ("duplicate", "send the next events twice"),
        ("reorder", "hold events back and reverse them"),
        ("corrupt", "cut the next events in half"),
    ):
        entry = verbs.add_parser(name, help=text)
        entry.add_argument("--control", type=int, default=CONTROL_PORT)
        entry.add_argument("count", type=int, nargs="?", default=2 if name == "reorder" else 1)
        entry.add_argument("--types", type=int, nargs="*", default=[])
    delay = verbs.add_parser("delay", help="send the next events late")
    delay.add_argument("--control", type=int, default=CONTROL_PORT)
    delay.add_argument("seconds", type=float)
    delay.add_argument("--count", type=int, default=1_000_000)
    delay.add_argument("--types", type=int, nargs="*", default=[])
    knob = verbs.add_parser("knob", help="set an unsettled reading of the protocol")
    knob.add_argument("--control", type=int, default=CONTROL_PORT)
    knob.add_argument("name")
    knob.add_argument("value", type=_json_or_text)
    restart = verb("restart", "restart the PBX")
    restart.add_argument("--away", type=float, default=0.0, help="seconds out of service")
    for name, text in (
        ("clean", "no more faults"),
        ("sockets", "cut the event sockets"),
        ("expire", "age every access token"),
        ("unblock", "lift the blocks of addresses"),
        ("calls", "show the active calls"),
        ("books", "show what happened"),
        ("info", "show address and certificate"),
    ):
        verb(name, text)
    return parser


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


async def serve(arguments: argparse.Namespace) -> None:
    """Run until interrupted."""
    house = demo_house()
    house.trunks[0].monitor_calls = True
    for extension in house.extensions:
        extension.monitor_calls = extension.monitor_presence = extension.monitor_registration = True
    pbx = EmulatedPbx(house, certificate_names=tuple(arguments.name))
    await pbx.start(arguments.host, arguments.port, tls=not arguments.no_tls)
    if not arguments.empty:
        past.fill(pbx)
    control = await Control(pbx).start(arguments.control)
    if arguments.certificate is not None:
        await asyncio.to_thread(arguments.certificate.write_text, pbx.certificate_pem)
    print(f"PBX      {pbx.url}  ({house.model}, {house.firmware}, {house.serial})")
    print(f"SHA-256  {pbx.ssl_fingerprint}")
    print(f"API      Client ID {house.api.username}  Client Secret {house.api.password}")
    print(f"SDK      AccessID {house.sdk.username}  AccessKey {house.sdk.password}")
    print(f"Control  http://127.0.0.1:{control.port}", flush=True)
    if not arguments.quiet:
        pbx.events.sinks.append(lambda number, msg: print(number, json.dumps(msg, ensure_ascii=False), flush=True))
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        await stopped.wait()
    finally:
        await control.stop()
        await pbx.stop()


def order(verb: str, control: int, values: dict[str, Any]) -> Any:
    """Send one verb to a control door and return its answer."""
    url = f"http://127.0.0.1:{control}/{verb}"
    data = None if verb in ("calls", "books", "info") else json.dumps(values).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.verb == "serve":
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(arguments))
        return 0
    values = {key: value for key, value in vars(arguments).items() if key not in ("verb", "control")}
    try:
        answer = order(arguments.verb, arguments.control, values)
    except OSError as error:
        print(f"No emulator answers on control port {arguments.control}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 0 if isinstance(answer, list) or answer.get("ok", True) else 1


if __name__ == "__main__":
    sys.exit(main())
