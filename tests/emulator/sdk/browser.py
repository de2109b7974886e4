"""A browser with the SDK in it, driven from a test."""

import asyncio
from collections.abc import Callable
from typing import Any

from playwright.async_api import Page


class SdkPage:
    """One page with one copy of the SDK, logged in as one extension."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def js(self, expression: str, argument: Any = None) -> Any:
        """Evaluate in the page."""
        return await self.page.evaluate(expression, argument)

    async def login(self, url: str, extension: str, signature: str, *, start: bool = True, **options: Any) -> Any:
        """``init`` and, unless told otherwise, ``start``."""
        full = {"username": extension, "secret": signature, "pbxURL": url, "enableLog": False, **options}
        return await self.js("([options, start]) => login(options, start)", [full, start])

    async def events(self, name: str = "", call_id: str = "") -> list[dict[str, Any]]:
        """What happened so far, oldest first."""
        found = await self.js("() => state.events")

        def belongs(detail: Any) -> bool:
            return not call_id or (isinstance(detail, dict) and detail.get("callId") == call_id)

        return [event for event in found if name in ("", event["name"]) and belongs(event["detail"])]

    async def event(
        self,
        name: str,
        call_id: str = "",
        *,
        count: int = 1,
        where: Callable[[Any], bool] = lambda detail: True,
        seconds: float = 10,
    ) -> Any:
        """Wait for an event; returns the detail of the ``count``-th one."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = [e for e in await self.events(name, call_id) if where(e["detail"])]
                    if len(found) >= count:
                        return found[count - 1]["detail"]
                    await asyncio.sleep(0.05)
        except TimeoutError:
            names = [event["name"] for event in await self.events()]
            raise AssertionError(f"no {name} ({count}) within {seconds} s; there were {names}") from None

    async def until(self, expression: str, argument: Any = None, *, seconds: float = 10) -> Any:
        """Wait until an expression is true in the page."""
        async with asyncio.timeout(seconds):
            while not (value := await self.js(expression, argument)):
                await asyncio.sleep(0.05)
            return value

    async def call(self, number: str, parent: str | None = None) -> str:
        """Dial; returns the callId."""
        before = len(await self.events("newRTCSession"))
        result = await self.js(
            "([n, p]) => refused(() => state.operator.phone.call(n, undefined, p ?? undefined))", [number, parent]
        )
        assert result["resolved"]["code"] == 200, result
        return (await self.event("newRTCSession", count=before + 1))["callId"]

    async def phone(self, method: str, *arguments: Any) -> Any:
        """A method of the phone operator; what it returned or with what it was rejected."""
        return await self.js(
            "([method, args]) => refused(() => state.operator.phone[method](...args))", [method, list(arguments)]
        )

    async def status(self, call_id: str) -> Any:
        """``session.status`` now, None without a session."""
        return await self.js("(id) => { const s = session(id); return s ? copy(s.status) : null; }", call_id)

    async def talking(self, call_id: str) -> None:
        """Wait for the call to be up."""
        await self.until("(id) => session(id)?.status.callStatus === 'talking'", call_id)

    async def hears(self, call_id: str, *, hz: float = 0, silence: bool = False, seconds: float = 10) -> Any:
        """Wait until the call's remote audio is silent, or loud, or has this note."""

        def right(heard: Any) -> bool:
            if heard is None:
                return False
            if silence:
                return heard["rms"] < 0.003
            return heard["rms"] > 0.01 and (not hz or abs(heard["hz"] - hz) < 25)

        return await poll(lambda: self.js("(id) => listen(id)", call_id), right, seconds)


async def poll(read: Callable[[], Any], right: Callable[[Any], bool], seconds: float = 10) -> Any:
    """Read until what is read is right; fails with the last reading."""
    value: Any = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                value = read()
                if asyncio.iscoroutine(value):
                    value = await value
                if right(value):
                    return value
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s; last seen: {value}") from None
