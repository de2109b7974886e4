"""The emulated PBX of the house, with a certificate that stays the same between starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
import json
from pathlib import Path

from emulator import EmulatedPbx, demo_house
from emulator.certificate import Certificate, self_signed

from .conditions import LOOPBACK


def kept_certificate(directory: Path) -> Certificate:
    """The certificate of an earlier start, or a new one: Home Assistant pins it and people accept it in their browser."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "pbx-certificate.json"
    if file.exists():
        return Certificate(**json.loads(file.read_text()))
    certificate = self_signed()
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(certificate)))
    return certificate


@asynccontextmanager
async def telephone_system(port: int, certificate: Certificate) -> AsyncIterator[EmulatedPbx]:
    """Run the PBX on a loopback port."""
    config = demo_house()
    for subscriber in config.outside:
        # Whoever calls from outside repeats what is said: there is something to hear.
        subscriber.script.sound = "echo"
    pbx = EmulatedPbx(config, certificate=certificate)
    await pbx.start(LOOPBACK, port)
    try:
        yield pbx
    finally:
        await pbx.stop()
