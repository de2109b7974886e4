"""Every answer that the integration reads, malformed in every way: an error that has words, and all is right with the next one."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from custom_components.yeastar_linkus.yeastar.client import YeastarClient
from custom_components.yeastar_linkus.yeastar.errors import YeastarError
from custom_components.yeastar_linkus.yeastar.models import Presence
from custom_components.yeastar_linkus.yeastar.transport import Transport
from custom_components.yeastar_linkus.yeastar.wall_clock import WallClock
from emulator import EmulatedPbx
from tests.integration.conftest import Setup
from tests.integration.faults.end_check import EndCheck, miss, talk
from tests.integration.faults.shapes import variants
from tests.integration.faults.test_pbx_away import POLL, WEBSOCKET
from tests.integration.house_clock import HouseClock

type Ask = Callable[[YeastarClient], Awaitable[Any]]

QUESTIONS: dict[str, Ask] = {
    "system/information": lambda client: client.system_information(),
    "system/capacity": lambda client: client.capacity(),
    "extension/list": lambda client: client.extensions(),
    "extension/search": lambda client: client.extension("1001"),
    "extension/update": lambda client: client.set_presence(21, Presence.AVAILABLE),
    "trunk/list": lambda client: client.trunks(),
    "queue/list": lambda client: client.queues.all(),
    "queue/call_status": lambda client: client.queues.calls(11),
    "queue/agent_status": lambda client: client.queues.agents(11),
    "call/query": lambda client: client.active_calls(),
    "cdr/search": lambda client: client.history.calls(since=1),
    "cdr/list": lambda client: client.history.page(1, WallClock()),
    "company_contact/list": lambda client: client.contacts.all(),
    "vm/get": lambda client: client.voicemail.messages("1003"),
    "vm/query": lambda client: client.voicemail.mailboxes(["1001", "1003"]),
    "webhook/query": lambda client: client.webhooks(),
    "extension_status_monitor/list": lambda client: client.extension_monitors(),
    "trunk_status_monitor/list": lambda client: client.trunk_monitors(),
    "sign/create": lambda client: client.create_signature("1001"),
    "recording/list": lambda client: client.recordings.page(1),
}


class Forger:
    """Stands between the PBX's answers and who reads them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let everything pass."""
        self.path = ""
        self.forged: Any = None
        self.last: dict[str, Any] = {}
        real = Transport.request

        async def request(transport: Transport, method: str, path: str, **options: Any) -> dict[str, Any]:
            if path == self.path and self.forged is not None:
                return dict(self.forged)
            answer = await real(transport, method, path, **options)
            self.last[path] = answer
            return answer

        monkeypatch.setattr(Transport, "request", request)


@pytest.fixture
def forger(monkeypatch: pytest.MonkeyPatch) -> Forger:
    return Forger(monkeypatch)


async def test_malformed_or_new_json_in_every_answer(
    clock: HouseClock, pbx: EmulatedPbx, forger: Forger, setup: Setup, check: EndCheck
) -> None:
    entry = await setup(options=WEBSOCKET)
    coordinator = entry.runtime_data
    client: YeastarClient = coordinator.client
    await talk(pbx, clock)
    await pbx.call_in("+4930555", "6500")
    await clock.pass_time(2)
    for path, ask in QUESTIONS.items():
        forger.forged = None
        await ask(client)
        good = forger.last[path]
        forger.path = path
        for name, answer in variants(good, keep=frozenset({"errcode", "errmsg"})):
            forger.forged = answer
            try:
                await ask(client)
            except YeastarError:
                pass
            except Exception as err:
                raise AssertionError(f"{path}: {name}: {err!r}") from err
        for answer in ({"errcode": 0}, {"errcode": 0, "data": None}, {"errcode": 0, "data": [None, 1, "x", []]}):
            forger.forged = answer
            await coordinator.async_refresh()
            assert coordinator.last_exception is None or isinstance(coordinator.last_exception.__cause__, YeastarError)
    forger.forged = None
    await pbx.desk("1001").hang_up()
    await pbx.outside("+4930555").hang_up()
    await clock.pass_time(10)
    coordinator.missed.clear()
    pbx.books.calls.clear()
    check.ends.clear()
    await miss(pbx, clock)
    await check.all_is_right(entry, POLL)
