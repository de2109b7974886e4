"""What the phone does besides showing: notification, screen, vibration, media keys, the ringer's own device, hot-plug."""

from typing import Any

from playwright.async_api import Page, expect

from tests.card.home_assistant import Tab
from tests.card.test_phone import ready_tab
from tests.emulator.sdk.browser import poll

CALLER = "+4930123456"

# Writes down what the phone asks of the browser that no test can see or press: the system's notifications and keys, the
# motor, the screen. `hide` puts the page out of sight.
WATCH = """
  window.seen = { notifications: [], vibrated: 0, locks: 0, released: 0, sinks: [] };
  window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, options) { Object.assign(this, { title, options, closed: false }); seen.notifications.push(this); }
    close() { this.closed = true; }
  };
  navigator.vibrate = () => { seen.vibrated += 1; return true; };
  Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
    seen.locks += 1;
    return Object.assign(new EventTarget(), { release: async () => { seen.released += 1; } });
  } } });
  window.keys = {};
  navigator.mediaSession.setActionHandler = (action, handler) => { keys[action] = handler; };
  const { setSinkId } = AudioContext.prototype;
  AudioContext.prototype.setSinkId = function (id) { seen.sinks.push(["ring", id]); return setSinkId.call(this, id); };
  const speak = HTMLMediaElement.prototype.setSinkId;
  HTMLMediaElement.prototype.setSinkId = function (id) { seen.sinks.push(["call", id]); return speak.call(this, id); };
  let hidden = false;
  Object.defineProperty(Document.prototype, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
  window.hide = (now) => { hidden = now; document.dispatchEvent(new Event("visibilitychange")); };
"""


async def watched(site: str, new_browser: Any) -> Tab:
    """A page that is ready, and touched once."""
    context = await new_browser(600)
    await context.add_init_script(WATCH)
    tab = await Tab.open(context, site)
    await tab.ready()
    await tab.page.mouse.click(5, 5)
    return tab


async def notifications(page: Page) -> list[dict[str, Any]]:
    """The notifications so far."""
    told: list[dict[str, Any]] = await page.evaluate(
        "seen.notifications.map(({ title, options, closed }) => ({ title, body: options.body, closed }))"
    )
    return told


async def test_a_click_on_the_notification_answers(pbx, site, new_browser):
    tab = await watched(site, new_browser)
    await tab.page.evaluate("hide(true)")
    await pbx.call_in(CALLER, "+493012345601", name="Mara Beispiel")
    await tab.call("ringing")
    assert await notifications(tab.page) == [
        {"title": "☎ Mara Beispiel", "body": f"{CALLER} · Click to answer", "closed": False}
    ]
    await tab.page.evaluate("seen.notifications[0].onclick()")
    await tab.call("talking")
    assert (await notifications(tab.page))[0]["closed"]


async def test_who_called_in_vain_is_said_until_somebody_looks(pbx, site, new_browser):
    tab = await watched(site, new_browser)
    await tab.page.evaluate("hide(true)")
    await pbx.call_in(CALLER, "+493012345601", name="Mara Beispiel")
    await tab.call("ringing")
    await pbx.outside(CALLER).hang_up()
    await tab.call("ended")
    rung, missed = await notifications(tab.page)
    assert rung["closed"]
    assert missed == {"title": "Missed call: Mara Beispiel", "body": CALLER, "closed": False}
    await tab.page.evaluate("hide(false)")
    assert (await notifications(tab.page))[1]["closed"]


async def test_it_shakes_and_keeps_the_screen_on_while_it_rings(pbx, site, new_browser):
    tab = await watched(site, new_browser)
    await pbx.call_in(CALLER, "+493012345601")
    call = await tab.call("ringing")
    await tab.page.wait_for_function("seen.vibrated > 0 && seen.locks === 1 && seen.released === 0")
    await tab.order("silence")
    await tab.until(lambda state: not state["ringing"])
    await tab.order("reject", call["id"])
    await tab.call("ended")
    await tab.page.wait_for_function("seen.released === 1")


async def test_media_keys_mute_and_hang_up(pbx, site, new_browser):
    tab = await watched(site, new_browser)
    await tab.order("dial", "1099")
    await tab.call("talking")
    await tab.page.evaluate("keys.togglemicrophone()")
    await tab.call("talking", muted=True)
    await tab.page.evaluate("keys.togglemicrophone()")
    await tab.call("talking", muted=False)
    await tab.page.evaluate("keys.hangup()")
    await tab.call("ended")
    assert await tab.page.evaluate("keys.hangup") is None
    await poll(lambda: pbx.switchboard.calls, lambda calls: not calls)


async def test_it_rings_and_talks_on_the_chosen_devices(pbx, site, new_browser):
    """The browser's fake outputs are real to it: a device that it does not have would be refused."""
    tab = await watched(site, new_browser)
    speakers = (await tab.until(lambda state: len(state["devices"]["speakers"]) > 1))["devices"]["speakers"]
    ringer, speaker = speakers[0]["id"], speakers[1]["id"]
    await tab.order("chooseDevices", {"ringer": ringer, "speaker": speaker})
    await pbx.call_in(CALLER, "+493012345601")
    call = await tab.call("ringing")
    await tab.page.wait_for_function("id => seen.sinks.some(([what, sink]) => what === 'ring' && sink === id)", arg=ringer)
    await tab.order("answer", call["id"])
    await tab.call("talking")
    await tab.page.wait_for_function("id => seen.sinks.some(([what, sink]) => what === 'call' && sink === id)", arg=speaker)


async def test_what_is_plugged_in_and_out_is_known_at_once(site, new_browser):
    tab = await watched(site, new_browser)
    before = (await tab.state())["devices"]["microphones"]
    await tab.page.evaluate("""() => {
      const { enumerateDevices } = navigator.mediaDevices;
      navigator.mediaDevices.enumerateDevices = async () => [
        ...(await enumerateDevices.call(navigator.mediaDevices)),
        { kind: "audioinput", deviceId: "headset", label: "Headset" },
      ];
      window.unplug = () => { navigator.mediaDevices.enumerateDevices = enumerateDevices; };
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    }""")
    plugged = {"id": "headset", "label": "Headset"}
    await tab.until(lambda state: plugged in state["devices"]["microphones"])
    await tab.order("chooseDevices", {"microphone": "headset"})
    await tab.page.evaluate("unplug(); navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    state = await tab.until(lambda state: state["devices"]["microphones"] == before)
    # It stays chosen for when it comes back; calls go on with the system's.
    assert state["devices"]["microphone"] == "headset"
    await tab.order("dial", "1099")
    await tab.call("talking")


async def test_the_floating_phone_stays_where_it_was_dragged(site, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.page.evaluate("localStorage['yeastar_linkus.round_button'] = '1'")
    await tab.page.evaluate("localStorage['yeastar_linkus.expanded'] = '0'")
    await tab.page.reload()
    await tab.ready()
    button = tab.page.locator("yeastar-linkus-floating").get_by_role("button").first
    await expect(button).to_be_visible()
    box = await button.bounding_box()
    assert box
    await tab.page.mouse.move(box["x"] + 20, box["y"] + 20)
    await tab.page.mouse.down()
    await tab.page.mouse.move(300, 200, steps=8)
    await tab.page.mouse.up()
    moved = await button.bounding_box()
    assert moved
    assert abs(moved["x"] - 280) < 30
    assert abs(moved["y"] - 180) < 30
    await tab.page.reload()
    await tab.ready()
    await expect(button).to_be_visible()
    again = await button.bounding_box()
    assert again
    assert abs(again["x"] - moved["x"]) < 3
    assert abs(again["y"] - moved["y"]) < 3
