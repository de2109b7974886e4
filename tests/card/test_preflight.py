"""What keeps a browser from talking is named before the first call, with what to do; the desk phone rings instead."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Route, expect
import pytest

from tests.card.home_assistant import HomeAssistant, Tab
from tests.card.test_linkus_look import SHOW_CARD

SDK = "**/yeastar_linkus/sdk/ys-webrtc.umd.js"

type Prepare = Callable[..., Awaitable[None]]


async def nothing(context, site: str, pbx, home_assistant) -> None:
    """As it is."""


async def denied(context, site: str, pbx, home_assistant) -> None:
    """Somebody blocked the microphone for this site."""
    await context.grant_permissions(["notifications"], origin=site.rstrip("/"))


async def denied_in_the_app(context, site: str, pbx, home_assistant) -> None:
    """Home Assistant's app for Android shows the page, and has no permission for the microphone."""
    await denied(context, site, pbx, home_assistant)
    await context.add_init_script(
        "Object.defineProperty(navigator, 'userAgent', { get: () => 'Home Assistant/2026.10.1-1 (Android 16; Pixel 9)' });"
    )


async def nothing_plugged_in(context, site: str, pbx, home_assistant) -> None:
    """A computer without a microphone."""
    await context.add_init_script("navigator.mediaDevices.enumerateDevices = async () => [];")


async def forbidden_by_policy(context, site: str, pbx, home_assistant) -> None:
    """A proxy in front of Home Assistant sends a header."""

    async def with_header(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, headers={**answer.headers, "permissions-policy": "microphone=()"})

    await context.route(site, with_header)


async def in_use(context, site: str, pbx, home_assistant) -> None:
    """Another program has the microphone for itself."""
    await context.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotReadableError'); };"
    )


async def sdk_gone(context, site: str, pbx, home_assistant) -> None:
    """Home Assistant says it has the file, and has not."""
    await context.route(SDK, lambda route: route.fulfill(status=404, body=""))


async def sdk_changed(context, site: str, pbx, home_assistant) -> None:
    """On its way to the browser, or on the disk, the file became another one."""

    async def with_more(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=await answer.body() + b"\n;window.top.changed = true")

    await context.route(SDK, with_more)


async def sdk_missing(context, site: str, pbx, home_assistant: HomeAssistant) -> None:
    """Home Assistant could not fetch it."""
    home_assistant.sdk_url = None


async def no_cors(context, site: str, pbx, home_assistant) -> None:
    """The PBX answers, but not to this origin."""

    async def for_another(route: Route) -> None:
        answer = await route.fetch()
        allowed = {"access-control-allow-origin": "https://elsewhere.test"}
        await route.fulfill(response=answer, headers={**answer.headers, **allowed})

    await context.route(f"{pbx.url}/**", for_another)


@pytest.mark.parametrize(
    ("prepare", "problem", "words"),
    [
        (denied, "microphone_denied", "The microphone is blocked for this site."),
        (denied_in_the_app, "microphone_app", "The app may not use the microphone."),
        (nothing_plugged_in, "microphone_missing", "No microphone was found."),
        (forbidden_by_policy, "microphone_policy", "This page may not use the microphone."),
        (sdk_gone, "sdk_missing", "The phone software is not on this Home Assistant yet."),
        (sdk_changed, "sdk_missing", "The phone software is not on this Home Assistant yet."),
        (sdk_missing, "sdk_missing", "The phone software is not on this Home Assistant yet."),
        (no_cors, "origin_refused", "The PBX does not accept calls from this Home Assistant address."),
    ],
)
async def test_it_is_named_before_the_first_call_and_the_desk_phone_rings(
    pbx, site, home_assistant, new_browser, prepare: Prepare, problem: str, words: str
):
    context = await new_browser(600)
    await prepare(context, site, pbx, home_assistant)
    tab = await Tab.open(context, site)
    await tab.page.evaluate(SHOW_CARD, {"config": {}, "language": "en"})
    await tab.until(lambda state: state["reach"] == {"state": "problem", "problem": problem})
    await expect(tab.page.get_by_text(words)).to_be_visible()
    await tab.order("dial", "1099")
    assert home_assistant.dialled == ["1099"]
    assert (await tab.state())["notice"] == {"key": "used_desk_phone", "detail": problem}


async def test_a_microphone_in_use_is_named_when_it_is_needed(pbx, site, home_assistant, new_browser):
    context = await new_browser(600)
    await in_use(context, site, pbx, home_assistant)
    tab = await Tab.open(context, site)
    await tab.ready()
    await tab.page.evaluate(SHOW_CARD, {"config": {}, "language": "en"})
    await tab.order("dial", "1099")
    assert home_assistant.dialled == ["1099"]
    assert (await tab.state())["notice"] == {"key": "used_desk_phone", "detail": "microphone_busy"}
    await expect(tab.page.get_by_text("Another program is using the microphone.").first).to_be_visible()


async def test_a_page_without_https_says_so(pbx, site, home_assistant, new_browser):
    tab = await Tab.open(await new_browser(600), site.replace("127.0.0.1", "house.test"))
    await tab.page.evaluate(SHOW_CARD, {"config": {}, "language": "en"})
    await tab.until(lambda state: state["reach"] == {"state": "problem", "problem": "insecure_origin"})
    await expect(tab.page.get_by_text("Open Home Assistant by its https address.")).to_be_visible()
    await tab.order("dial", "1099")
    assert home_assistant.dialled == ["1099"]


async def test_a_certificate_nobody_accepted_is_named_with_a_link_to_it(pbx, site, home_assistant, new_browser):
    tab = await Tab.open(await new_browser(600, trusting=False), site)
    await tab.page.evaluate(SHOW_CARD, {"config": {}, "language": "en"})
    await tab.until(lambda state: state["reach"] == {"state": "problem", "problem": "certificate"})
    await expect(tab.page.get_by_text("does not trust the PBX's certificate")).to_be_visible()
    link = tab.page.locator(f"yeastar-linkus-card a[href^='{pbx.url}']")
    assert await link.get_attribute("target") == "_blank"
    assert "noopener" in (await link.get_attribute("rel") or "")
