"""The card's engine registers, talks and recovers, with the SDK in its frame."""

from tests.card.home_assistant import Tab
from tests.emulator.sdk.browser import poll


async def test_registers_and_calls_the_echo(pbx, site, home_assistant, new_browser):
    tab = await Tab.open(await new_browser(600), site)
    state = await tab.ready()
    assert state["phone"]["extension"] == "1001"
    assert ("ready", None) in home_assistant.reports
    await tab.order("dial", "1099")
    call = await tab.call("talking", number="1099")
    assert call["direction"] == "out"
    media = pbx.web.sip.phones["1001"].calls[0].media
    await poll(lambda: media.stats().heard, lambda heard: heard is not None and abs(heard.hz - 600) < 25)
    await tab.order("hangUp", call["id"])
    assert (await tab.call("ended"))["outcome"] == "answered"
    await poll(lambda: pbx.switchboard.calls, lambda calls: not calls)


async def ready_tab(site, new_browser) -> Tab:
    tab = await Tab.open(await new_browser(600), site)
    await tab.ready()
    return tab


async def test_an_incoming_call(pbx, site, new_browser):
    tab = await ready_tab(site, new_browser)
    await pbx.call_in("+4930123456", "+493012345601", name="Mara Beispiel")
    call = await tab.call("ringing")
    assert (call["direction"], call["name"], call["can"]["answer"]) == ("in", "Mara Beispiel", True)
    assert await tab.page.title() == "☎ Mara Beispiel · Overview"
    assert (await tab.state())["ringing"]
    await tab.order("answer", call["id"])
    call = await tab.call("talking")
    assert call["answeredAt"] >= call["startedAt"]
    assert await tab.page.title() == "Overview"
    caller = pbx.outside("+4930123456")

    await tab.order("hold", call["id"], True)
    await tab.call("talking", held=True, heldByOther=False)
    await tab.order("hold", call["id"], False)
    await tab.call("talking", held=False)
    await tab.order("mute", call["id"], True)
    await tab.call("talking", muted=True)

    await caller.hold_call()
    await tab.call("talking", held=False, heldByOther=True)
    await caller.hold_call(False)
    await tab.call("talking", heldByOther=False)

    await tab.order("sendDtmf", call["id"], "12#")
    await caller.hang_up()
    assert (await tab.call("ended"))["outcome"] == "answered"
    names = [name for name, _ in await tab.page.evaluate("window.pageEvents")]
    assert names == ["incoming", "connected", "ended"]


async def test_missed_and_rejected(pbx, site, new_browser):
    tab = await ready_tab(site, new_browser)
    await pbx.call_in("+4930123456", "+493012345601")
    await tab.call("ringing")
    await pbx.outside("+4930123456").hang_up()
    assert (await tab.call("ended"))["outcome"] == "missed"
    await pbx.call_in("+4930123457", "+493012345601")
    call = await tab.call("ringing")
    await tab.order("reject", call["id"])
    assert (await tab.call("ended", number=call["number"]))["outcome"] == "rejected"


async def test_a_second_call_waits_and_is_swapped(pbx, site, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.order("dial", "1099")
    first = await tab.call("talking", number="1099")
    await pbx.call_in("+4930123456", "+493012345601")
    second = await tab.call("ringing")
    await tab.order("answer", second["id"])
    await tab.call("talking", id=second["id"], held=False)
    await tab.call("talking", id=first["id"], held=True)
    await tab.order("swap", first["id"])
    await tab.call("talking", id=first["id"], held=False)
    await tab.call("talking", id=second["id"], held=True)
    await tab.order("hangUp", first["id"])
    await tab.call("ended", id=first["id"])
    await tab.order("hold", second["id"], False)
    await tab.call("talking", id=second["id"], held=False)


async def test_transfers(pbx, site, new_browser):
    tab = await ready_tab(site, new_browser)
    await pbx.call_in("+4930123456", "+493012345601")
    call = await tab.call("ringing")
    await tab.order("answer", call["id"])
    await tab.call("talking")
    # Ask somebody, come back.
    await tab.order("consult", call["id"], "1099")
    consultation = await tab.call("talking", number="1099")
    assert consultation["consultationFor"] == call["id"]
    await tab.call("talking", id=call["id"], held=True)
    await tab.order("cancelTransfer", consultation["id"])
    await tab.call("talking", id=call["id"], held=False)
    # Ask somebody, and connect the two.
    await tab.until(lambda state: len(state["calls"]) == 1)
    await tab.order("consult", call["id"], "1099")
    consultation = await tab.call("talking", number="1099")
    await tab.order("completeTransfer", consultation["id"])
    assert (await tab.call("ended"))["outcome"] == "transferred"
    assert (await tab.state())["notice"] is None
    assert {leg.number for call in pbx.switchboard.calls.values() for leg in call.legs} >= {"+4930123456", "1099"}
    await pbx.outside("+4930123456").hang_up()
    await poll(lambda: pbx.switchboard.calls, lambda calls: not calls)


async def test_a_busy_number_and_no_number(pbx, site, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.order("dial", "1097")
    assert (await tab.call("ended", number="1097"))["outcome"] == "busy"
    await tab.order("dial", "nobody")
    assert (await tab.state())["notice"] == {"key": "number_invalid", "detail": "nobody"}


async def test_another_tab_is_a_remote_control_and_takes_over(pbx, site, new_browser):
    context = await new_browser(600)
    first = await Tab.open(context, site)
    await first.ready()
    second = await Tab.open(context, site)
    assert (await second.ready())["tab"] == "other"
    assert (await first.state())["tab"] == "here"
    await second.order("dial", "1099")
    call = await second.call("talking", number="1099")
    assert (await first.call("talking"))["id"] == call["id"]
    await second.order("hold", call["id"], True)
    await first.call("talking", held=True)
    await second.order("hangUp", call["id"])
    await second.call("ended")
    await second.order("dial", "x")
    assert (await second.state())["notice"]
    await first.page.close()
    state = await second.until(lambda state: state["tab"] == "here" and state["reach"]["state"] == "ready")
    assert not state["soundLocked"]
    await second.order("dial", "1099")
    await second.call("talking")


async def test_recovers_from_what_is_lost(pbx, site, home_assistant, new_browser):
    tab = await ready_tab(site, new_browser)
    # The SIP socket: the SDK repairs it, nobody notices.
    await pbx.web.sip.drop_sockets("1001")
    await poll(lambda: pbx.web.sip.registered("1001"), bool, 15)
    assert home_assistant.signatures == 1
    # The whole PBX: a new login with a new signature.
    await pbx.restart(away=6)
    await poll(lambda: pbx.web.sip.registered("1001"), bool, 40)
    await tab.ready()
    await tab.order("dial", "1099")
    await tab.call("talking")


async def test_a_refused_login_is_repeated_once(pbx, site, home_assistant, new_browser):
    home_assistant.signature = lambda: "wrong"
    tab = await Tab.open(await new_browser(600), site)
    await tab.until(lambda state: state["reach"] == {"state": "problem", "problem": "login_refused"})
    assert home_assistant.signatures == 2
    assert ("not_reachable", "login_refused") in home_assistant.reports
    del home_assistant.signature
    home_assistant.signature = lambda: pbx.signatures.create("1001", 0).sign
    await tab.order("retry")
    await tab.ready()


async def test_another_client_logs_in(pbx, site, home_assistant, new_browser):
    tab = await ready_tab(site, new_browser)
    await pbx.web.logins.push("1001", 10000, {"username": "1001"})
    await tab.until(lambda state: state["reach"] == {"state": "problem", "problem": "logged_in_elsewhere"})
    await poll(lambda: pbx.web.sip.registered("1001"), lambda on: not on)
    await tab.order("takeOver")
    await tab.ready()


async def test_another_browser_takes_over(pbx, site, home_assistant, new_browser):
    first = await ready_tab(site, new_browser)
    second = await Tab.open(await new_browser(500), site)
    state = await second.until(lambda state: state["reach"].get("state") == "elsewhere")
    assert state["reach"]["by"] == "Chrome, Linux"
    await second.order("takeOver")
    await first.until(lambda state: state["reach"]["state"] == "elsewhere")
    await second.ready()
    # Without this browser the desk phone is asked.
    await first.order("dial", "1099")
    assert home_assistant.dialled == ["1099"]
    assert (await first.state())["notice"] == {"key": "used_desk_phone", "detail": "elsewhere"}


async def test_no_microphone(pbx, site, home_assistant, new_browser):
    tab = await Tab.open(await new_browser(microphone=False), site)
    await tab.until(lambda state: state["reach"].get("state") == "problem")
    assert (await tab.state())["reach"]["problem"] in {"microphone_missing", "microphone_denied"}
    await tab.order("dial", "+49 (0) 30 123456")
    assert home_assistant.dialled == ["+4930123456"]


async def test_home_assistant_goes_away_during_a_call(pbx, site, home_assistant, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.order("dial", "1099")
    call = await tab.call("talking")
    await tab.page.evaluate("window.doorGone()")
    home_assistant.drop_leases()
    await tab.order("hold", call["id"], True)
    await tab.call("talking", held=True)
    await tab.page.evaluate("window.doorBack()")
    await poll(lambda: home_assistant.reports[-1], lambda report: report == ("in_call", None))
    await tab.order("hangUp", call["id"])
    await tab.call("ended")
    assert home_assistant.signatures == 1


async def test_the_frontend_stops_a_hidden_page(pbx, site, home_assistant, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.page.evaluate("window.stop()")
    await poll(lambda: pbx.web.sip.registered("1001"), bool)
    await pbx.call_in("+4930123456", "+493012345601")
    await tab.call("ringing")


async def test_a_link_is_asked_for(pbx, site, home_assistant, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.page.click("#call")
    assert (await tab.state())["asked"] == {"number": "+4930123456", "name": "Call us"}
