"""The frame in which the vendor's script runs: it reaches the PBX and nothing else."""

from playwright.async_api import Frame

from tests.card.home_assistant import Tab

TRY = """async ({ site, pbx, script }) => {
  const refused = [];
  document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
  const fetched = (url) => fetch(url, { mode: "no-cors" }).then(() => true, () => false);
  const loaded = (element) => new Promise((done) => {
    element.onload = () => done(true);
    element.onerror = () => done(false);
    document.head.append(element);
  });
  const opened = (url) => new Promise((done) => {
    try {
      const socket = new WebSocket(url);
      socket.onopen = () => done(true);
      socket.onerror = () => done(false);
    } catch { done(false); }
  });
  const evaluated = () => { try { return new Function("return true")(); } catch { return false; } };
  const inline = () => {
    document.head.append(Object.assign(document.createElement("script"), { textContent: "window.inlined = true" }));
    return window.inlined === true;
  };
  const reached = {
    pbx: await fetched(pbx),
    "Home Assistant": await fetched(site),
    "another script": await loaded(Object.assign(document.createElement("script"), { src: script })),
    "a socket elsewhere": await opened(site.replace("http", "ws")),
    "a picture": await loaded(Object.assign(document.createElement("img"), { src: `${site}x.png` })),
    "a text as a script": evaluated(),
    "a script in the page": inline(),
  };
  for (const meta of document.querySelectorAll("meta[http-equiv]")) meta.remove();
  reached["anything without the meta element"] = await fetched(site);
  return { reached, refused };
}"""


async def engine_frame(tab: Tab) -> Frame:
    """The hidden frame of the page."""
    element = await tab.page.wait_for_selector("iframe[data-yeastar-linkus=engine]", state="attached")
    frame = await element.content_frame()
    assert frame is not None
    return frame


async def test_it_reaches_nothing_but_the_pbx(pbx, site, new_browser):
    tab = await Tab.open(await new_browser(600), site)
    await tab.ready()
    frame = await engine_frame(tab)
    script = await tab.page.evaluate("() => window.cardModule")
    found = await frame.evaluate(TRY, {"site": site, "pbx": pbx.url, "script": script})
    assert [what for what, came in found["reached"].items() if came] == ["pbx"]
    assert {"connect-src", "script-src-elem", "img-src"} <= set(found["refused"])
    await tab.order("dial", "1099")
    await tab.call("talking")
