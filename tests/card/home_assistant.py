"""What the card's engine needs of Home Assistant, for one user, in front of an emulated PBX."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from playwright.async_api import BrowserContext, Page

from emulator import EmulatedPbx
from tests.emulator.sdk.browser import poll

LOGGER = logging.getLogger(__name__)

type Message = dict[str, Any]


class HomeAssistant:
    """The browser door of ``docs/architecture.md``, with one phone: extension 1001."""

    def __init__(self, pbx: EmulatedPbx, sdk_url: str | None) -> None:
        self.pbx = pbx
        self.sdk_url = sdk_url
        self.ui_urls: tuple[str | None, str | None] = (None, None)
        self.integrity: dict[str, str] = {}
        self.default_method = "browser"
        self.signature: Callable[[], str] = lambda: pbx.signatures.create("1001", 0).sign
        self.reports: list[tuple[str, str | None]] = []
        self.dialled: list[str] = []
        self.signatures = 0
        self.calls: list[Message] = []
        self._follow: list[tuple[Page, int]] = []
        self._leases: list[tuple[Page, int, Message]] = []

    async def door(self, source: Any, number: int, message: Message) -> Message:
        """Answer one message of one page."""
        page: Page = source["page"]
        match message["type"].removeprefix("yeastar_linkus/"):
            case "info":
                return {"result": self._info()}
            case "phone/subscribe":
                self._follow.append((page, number))
                self._later(page, number, {"kind": "snapshot", "available": True, "calls": self.calls, "missed": 0})
            case "phone/lease":
                self._lease(page, number, message)
            case "phone/signature":
                self.signatures += 1
                answer = {"username": "1001", "secret": self.signature(), "pbx_url": self.pbx.url, "expires_at": None}
                return {"result": answer}
            case "phone/report":
                self.reports.append((message["state"], message["reason"]))
            case "phone/dial":
                self.dialled.append(message["number"])
                return {"result": {"call_id": "1"}}
            case "unsubscribe":
                self._leases = [lease for lease in self._leases if lease[:2] != (page, number)]
        return {"result": None}

    def tell(self, **event: Any) -> None:
        """Send an update to every page that follows the phone."""
        if "calls" in event:
            self.calls = event["calls"]
        for page, number in self._follow:
            self._later(page, number, {"kind": "update", **event})

    def drop_leases(self) -> None:
        """The connections went, and the leases with them."""
        self._leases.clear()

    def _info(self) -> Message:
        phone = {
            "phone_id": "phone-1",
            "entry_id": "entry-1",
            "pbx": "Office",
            "pbx_url": self.pbx.url,
            "extension": "1001",
            "name": "Anna Weber",
            "browser": True,
            "desk": True,
            "entity_id": None,
            "problem": None,
        }
        return {
            "version": "0",
            "card": "",
            "enabled": True,
            "default_method": self.default_method,
            "is_admin": False,
            "country": "DE",
            "sdk": {
                "available": self.sdk_url is not None,
                "url": self.sdk_url,
                "ui_url": self.ui_urls[0],
                "ui_css_url": self.ui_urls[1],
                "integrity": self.integrity,
                "version": "1.0.15",
                "problem": None,
            },
            "phones": [phone],
        }

    def _lease(self, page: Page, number: int, message: Message) -> None:
        holder = self._leases[0] if self._leases else None
        if holder and not message["take_over"] and holder[2]["browser_id"] != message["browser_id"]:
            self._later(page, number, {"kind": "held", "by": holder[2]["browser_name"], "since": 1})
            return
        if holder:
            self._later(holder[0], holder[1], {"kind": "lost", "by": message["browser_name"]})
        self._leases = [(page, number, message)]
        self._later(page, number, {"kind": "granted"})

    def _later(self, page: Page, number: int, event: Message) -> None:
        async def send() -> None:
            if not page.is_closed():
                await page.evaluate("([number, event]) => window.doorEvent(number, event)", [number, event])

        self._tasks.add(task := asyncio.ensure_future(send()))
        task.add_done_callback(self._tasks.discard)

    _tasks: set[asyncio.Future[None]] = set()


class Tab:
    """One page with the page module in it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, context: BrowserContext, site: str) -> Tab:
        page = await context.new_page()
        page.on("console", lambda message: LOGGER.info("console: %s", message.text))
        page.on("pageerror", lambda error: LOGGER.warning("page: %s", error))
        await page.goto(site)
        return cls(page)

    async def state(self) -> Message:
        """The phone's state now."""
        state: Message = await self.page.evaluate(
            "async () => (await window[Symbol.for('yeastar_linkus')]?.phone)?.state ?? { reach: {}, calls: [] }"
        )
        return state

    async def until(self, right: Callable[[Message], Any], seconds: float = 15) -> Message:
        """Wait for a state."""
        state: Message = await poll(self.state, right, seconds)
        return state

    async def order(self, method: str, *arguments: Any) -> Any:
        """Call a method of the phone."""
        return await self.page.evaluate(
            "async ([method, args]) => (await window[Symbol.for('yeastar_linkus')].phone)[method](...args)",
            [method, list(arguments)],
        )

    async def ready(self) -> Message:
        """Wait until the browser phone can be reached."""
        return await self.until(lambda state: state["reach"].get("state") == "ready")

    async def call(self, phase: str, **fields: Any) -> Message:
        """Wait until a call is in this phase (and like these fields); returns it."""

        def found(state: Message) -> Message | None:
            return next(
                (
                    call
                    for call in state["calls"]
                    if call["phase"] == phase and all(call[key] == value for key, value in fields.items())
                ),
                None,
            )

        call = found(await self.until(found))
        assert call is not None
        return call
