"""How events come: the webhook where the PBX reaches us, else the WebSocket; and what is set on the PBX for it."""

from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant.components import cloud
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar_linkus.const import DOMAIN, EVENT_TOPICS
from custom_components.yeastar_linkus.pbx import delivery as delivery_module
from custom_components.yeastar_linkus.pbx.addresses import async_addresses, is_near
from custom_components.yeastar_linkus.pbx.event_flow import Channel
from custom_components.yeastar_linkus.pbx.registration import EventPushOff, async_register_webhook
from custom_components.yeastar_linkus.shared import SHARED
from custom_components.yeastar_linkus.yeastar.client import YeastarClient
from custom_components.yeastar_linkus.yeastar.errors import CannotConnect
from custom_components.yeastar_linkus.yeastar.models import WebhookSettings
from emulator import EmulatedPbx
from emulator.house import WebhookConfig
from tests.integration.conftest import WEBHOOK_ID, WEBHOOK_SECRET, Setup, entry_data, phone_data
from tests.integration.waiting import until

EVENTS = "binary_sensor.demo_house_events"
OTHERS = [WebhookConfig(f"https://crm.example/{number}", "secret", "GET", [30012]) for number in range(5)]


def channel(entry: MockConfigEntry) -> Channel:
    return entry.runtime_data.flow.channel


def issue(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> str | None:
    """The translation key of the repair issue of that kind."""
    found = ir.async_get(hass).async_get_issue(DOMAIN, f"{kind}_{entry.entry_id}")
    return found.translation_key if found else None


@pytest.fixture
def fast_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_module, "RETRY_SECONDS", 0.02)
    monkeypatch.setattr(delivery_module, "CHECK_SECONDS", 0.02)


async def test_the_webhook_is_registered_beside_those_of_others(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    pbx.house.webhooks = OTHERS[:2]
    entry = await setup()
    assert pbx.house.webhooks[:2] == OTHERS[:2]
    ours = pbx.house.webhooks[2]
    assert ours.url == f"{reachable}/api/webhook/{WEBHOOK_ID}"
    assert ours.secret == WEBHOOK_SECRET
    assert ours.request_method == "POST"
    assert set(ours.event_ids) == set(EVENT_TOPICS)
    assert channel(entry) is Channel.WEBHOOK
    assert issue(hass, entry, "webhook") is None
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert pbx.house.webhooks == OTHERS[:2]


async def test_an_entry_of_ours_with_an_old_address_is_corrected_not_doubled(
    pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    pbx.house.webhooks = [WebhookConfig(f"https://old.example/api/webhook/{WEBHOOK_ID}", "x", "POST", [0]), *OTHERS[:4]]
    await setup()
    assert [hook.url for hook in pbx.house.webhooks] == [
        *(hook.url for hook in OTHERS[:4]),
        f"{reachable}/api/webhook/{WEBHOOK_ID}",
    ]


@pytest.mark.usefixtures("fast_retries")
async def test_an_entry_that_somebody_deleted_comes_back(pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    await setup()
    pbx.house.webhooks.clear()
    await until(lambda: pbx.house.webhooks)


async def test_a_right_entry_is_left_alone(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    entry = await setup()
    kept = pbx.house.webhooks[0]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: channel(entry) is Channel.WEBHOOK)
    assert pbx.house.webhooks[0] is kept


async def test_monitors_are_switched_on_for_exposed_extensions_and_trunks_only(
    pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup(options={"extensions": ["1001"]})
    watched = {entry.number for entry in pbx.house.extensions if entry.monitor_calls}
    assert watched == {"1001"}
    assert all(trunk.monitor_calls and not trunk.control_inbound for trunk in pbx.house.trunks)


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("change", ["absent", "denied"])
async def test_monitors_that_cannot_be_set_are_left_to_the_user(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, change: str
) -> None:
    setattr(pbx.knobs, change, frozenset({"extension_status_monitor"}))
    entry = await setup()
    assert issue(hass, entry, "monitors") == "monitors_by_hand"
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass, entry, "monitors") is None


@pytest.mark.usefixtures("reachable", "fast_retries")
async def test_monitors_are_tried_again_after_a_fault(pbx: EmulatedPbx, setup: Setup) -> None:
    pbx.knobs.fail_with = {"extension_status_monitor/list": -2}
    await setup()
    assert not any(entry.monitor_calls for entry in pbx.house.extensions)
    pbx.knobs.fail_with = {}
    await until(lambda: all(entry.monitor_calls for entry in pbx.house.extensions))


async def break_old_firmware(pbx: EmulatedPbx, reachable: str, hass: HomeAssistant) -> None:
    pbx.knobs.absent = frozenset({"webhook"})


async def break_not_permitted(pbx: EmulatedPbx, reachable: str, hass: HomeAssistant) -> None:
    pbx.knobs.denied = frozenset({"webhook"})


async def break_no_room(pbx: EmulatedPbx, reachable: str, hass: HomeAssistant) -> None:
    pbx.house.webhooks = list(OTHERS)


async def break_unreachable(pbx: EmulatedPbx, reachable: str, hass: HomeAssistant) -> None:
    await hass.config.async_update(internal_url="http://127.0.0.1:1")


async def break_no_address(pbx: EmulatedPbx, reachable: str, hass: HomeAssistant) -> None:
    await hass.config.async_update(internal_url=None)
    hass.config.api = None


async def break_switched_off(pbx: EmulatedPbx, reachable: str, hass: HomeAssistant) -> None:
    real = delivery_module.async_register_webhook

    async def refuse(*args: Any) -> bool:
        await real(*args)
        raise delivery_module.EventPushOff

    patch.object(delivery_module, "async_register_webhook", refuse).start()


@pytest.fixture
def stop_patches() -> Any:
    yield
    patch.stopall()


@pytest.mark.usefixtures("stop_patches")
@pytest.mark.parametrize(
    ("cause", "auto_issue", "webhook_issue"),
    [
        (break_old_firmware, None, "webhook_not_supported"),
        (break_not_permitted, "webhook_refused", "webhook_refused"),
        (break_no_room, "webhook_list_full", "webhook_list_full"),
        (break_unreachable, None, "webhook_unreachable"),
        (break_no_address, None, "webhook_no_url"),
        (break_switched_off, "webhook_switched_off", "webhook_switched_off"),
    ],
)
@pytest.mark.parametrize("wish", ["auto", "webhook"])
async def test_without_a_webhook_the_websocket_brings_the_events_and_an_issue_says_why(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    cause: Any,
    auto_issue: str | None,
    webhook_issue: str,
    wish: str,
) -> None:
    await cause(pbx, reachable, hass)
    entry = await setup(options={"event_transport": wish}, wait_for_events=wish == "auto")
    if wish == "auto":
        assert channel(entry) is Channel.WEBSOCKET
        assert issue(hass, entry, "webhook") == auto_issue
        await pbx.call_in("+4930123456", "1001")
        await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    else:
        await until(lambda: issue(hass, entry, "webhook") == webhook_issue)
        assert hass.states.is_state(EVENTS, "off")
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass, entry, "webhook") is None


@pytest.mark.usefixtures("fast_retries")
async def test_the_webhook_takes_over_from_the_websocket_once_it_works(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    pbx.house.webhooks = list(OTHERS)
    with patch.object(
        delivery_module, "async_register_webhook", wraps=delivery_module.async_register_webhook
    ) as register:
        entry = await setup()
        assert channel(entry) is Channel.WEBSOCKET
        # It goes on trying, over one and the same socket.
        await until(lambda: register.call_count > 2)
    assert len(pbx.delivery.sockets) == 1
    pbx.house.webhooks.pop()
    await until(lambda: channel(entry) is Channel.WEBHOOK)
    assert issue(hass, entry, "webhook") is None
    await until(lambda: not pbx.delivery.sockets)


@pytest.mark.usefixtures("fast_retries")
async def test_a_webhook_that_stops_working_gives_way_to_the_websocket(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    await hass.config.async_update(internal_url="http://127.0.0.1:1")
    await until(lambda: channel(entry) is Channel.WEBSOCKET)
    assert pbx.house.webhooks == []


@pytest.mark.usefixtures("fast_retries")
async def test_a_webhook_that_stops_working_is_shown_where_nothing_else_is_wished(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup(options={"event_transport": "webhook"})
    await hass.config.async_update(internal_url="http://127.0.0.1:1")
    await until(lambda: hass.states.is_state(EVENTS, "off"))
    assert issue(hass, entry, "webhook") == "webhook_unreachable"


async def test_whoever_then_chooses_the_websocket_is_no_longer_told_of_the_webhook(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    await async_setup_component(hass, DOMAIN, {})
    await hass.config.async_update(internal_url="http://127.0.0.1:1")
    entry = await setup(options={"event_transport": "both"})
    await until(lambda: issue(hass, entry, "webhook") == "webhook_unreachable")
    hass.config_entries.async_update_entry(entry, options={"event_transport": "websocket"})
    await hass.config_entries.async_reload(entry.entry_id)
    assert issue(hass, entry, "webhook") is None


@pytest.mark.usefixtures("fast_retries")
async def test_an_event_proves_the_webhook(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    """The test of the PBX may fail where its events come through."""
    pbx.knobs.fail_with = {"webhook/test": -1}
    pbx.house.webhooks = [WebhookConfig(f"{reachable}/api/webhook/{WEBHOOK_ID}", WEBHOOK_SECRET, "POST", [0])]
    pbx.knobs.denied = frozenset({"webhook/update"})
    entry = await setup(options={"event_transport": "webhook"}, wait_for_events=False)
    pbx.set_presence("1001", "away")
    pbx.event(30022, {"ext_number": "1001", "option": "UPDATE"})
    await until(lambda: hass.states.is_state(EVENTS, "on"))
    assert channel(entry) is Channel.WEBHOOK


async def test_a_test_that_the_firmware_lacks_is_done_without(pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    pbx.knobs.absent = frozenset({"webhook/test"})
    entry = await setup()
    assert channel(entry) is Channel.WEBHOOK


async def test_the_websocket_can_be_wished_for(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(options={"event_transport": "websocket"})
    assert channel(entry) is Channel.WEBSOCKET
    assert pbx.house.webhooks == []
    await pbx.drop_sockets()
    await until(lambda: hass.states.is_state(EVENTS, "off"))
    await until(lambda: hass.states.is_state(EVENTS, "on"))


@pytest.mark.usefixtures("fast_retries")
async def test_both_ways_at_once_bring_each_event_once(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup(options={"event_transport": "both"})
    await until(lambda: channel(entry) is Channel.WEBHOOK and pbx.delivery.sockets)
    moments: list[str] = []
    entry.runtime_data.async_listen_moments("1001", lambda moment: moments.append(moment.kind.value))
    await pbx.call_in("+4930123456", "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    await pbx.outside("+4930123456").hang_up()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    await until(lambda: "missed" in moments)
    assert sorted(moments) == sorted(set(moments))
    # A socket that comes back is no news while the webhook works.
    await pbx.drop_sockets()
    await until(lambda: pbx.delivery.sockets)
    assert channel(entry) is Channel.WEBHOOK
    # Nor is a webhook that goes an outage while the socket is open.
    await hass.config.async_update(internal_url="http://127.0.0.1:1")
    await until(lambda: channel(entry) is Channel.WEBSOCKET)
    assert hass.states.is_state(EVENTS, "on")


async def test_what_happened_while_the_websocket_was_away_is_read_afterwards(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    await setup(options={"event_transport": "websocket"})
    pbx.delivery.online = False
    await pbx.call_in("+4930123456", "1001")
    pbx.delivery.online = True
    assert hass.states.is_state("sensor.anna_weber_1001", "idle")
    await pbx.drop_sockets()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))


async def test_a_refused_websocket_says_why(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    pbx.knobs.denied = frozenset({"subscribe"})
    with patch.object(
        delivery_module.EventStream,
        "run",
        _refuse,
    ):
        entry = await setup(options={"event_transport": "websocket"}, wait_for_events=False)
        await until(lambda: issue(hass, entry, "websocket") == "websocket_refused")
    assert hass.states.is_state(EVENTS, "off")


async def _refuse(stream: Any) -> None:
    from custom_components.yeastar_linkus.yeastar.errors import AccessDenied
    from custom_components.yeastar_linkus.yeastar.stream import StreamState

    stream._on_state(StreamState.CONNECTED, None)
    stream._on_state(StreamState.DISCONNECTED, None)
    stream._on_state(StreamState.FAILED, AccessDenied(10005, "ACCESS DENIED"))


# Nabu Casa


@pytest.fixture
async def cloudhook(hass: HomeAssistant, reachable: str) -> AsyncIterator[AsyncMock]:
    """A cloud subscription whose cloudhook leads to our web server; nothing else does."""
    await hass.config.async_update(internal_url="http://127.0.0.1:1")
    url = f"{reachable}/api/webhook/{WEBHOOK_ID}?by=cloud"
    with (
        patch.object(cloud, "async_active_subscription", return_value=True),
        patch.object(cloud, "async_get_or_create_cloudhook", AsyncMock(return_value=url)) as create,
    ):
        yield create


async def test_a_cloudhook_is_used_where_nothing_else_is_reached(
    hass: HomeAssistant, pbx: EmulatedPbx, cloudhook: AsyncMock, setup: Setup
) -> None:
    entry = await setup()
    assert channel(entry) is Channel.WEBHOOK
    assert entry.data["cloudhook_url"] == cloudhook.return_value
    assert [hook.url for hook in pbx.house.webhooks] == [cloudhook.return_value]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: channel(entry) is Channel.WEBHOOK)
    with patch.object(cloud, "async_delete_cloudhook", AsyncMock(side_effect=cloud.CloudNotAvailable)) as delete:
        assert await hass.config_entries.async_remove(entry.entry_id)
    delete.assert_awaited_once_with(hass, WEBHOOK_ID)
    assert pbx.house.webhooks == []


async def test_a_cloud_that_is_not_connected_is_no_address(
    hass: HomeAssistant, pbx: EmulatedPbx, cloudhook: AsyncMock, setup: Setup
) -> None:
    cloudhook.side_effect = cloud.CloudNotConnected
    entry = await setup(options={"event_transport": "both"})
    await until(lambda: issue(hass, entry, "webhook") == "webhook_unreachable")
    assert channel(entry) is Channel.WEBSOCKET


@pytest.mark.parametrize(
    ("host", "near"),
    [("192.168.1.10", True), ("8.8.8.8", False), ("pbx", True), ("pbx.lan", True), ("pbx.example.com", False)],
)
def test_a_pbx_nearby_gets_the_internal_address_first(host: str, near: bool) -> None:
    assert is_near(host) is near


async def test_what_happened_before_the_webhook_was_there_is_not_lost(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    pbx.knobs.slow["webhook/test"] = 0.2
    await setup(wait_for_events=False)
    await pbx.call_in("+4930123456", "1001")
    assert not pbx.house.webhooks
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))


async def test_the_poll_goes_on_while_events_come(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    pbx.delivery.online = False
    await pbx.call_in("+4930123456", "1001")
    async_fire_time_changed(hass, dt_util.utcnow().replace(year=2099))
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))


async def test_push_that_is_switched_off_is_told_after_the_list_was_set() -> None:
    """A PBX without any webhook calls the push switched off too; only what it says afterwards counts."""
    client = AsyncMock()
    client.webhooks.return_value = WebhookSettings(enabled=False, webhooks=())
    with pytest.raises(EventPushOff):
        await async_register_webhook(client, "https://ha.example/api/webhook/x", "x", "secret")
    client.update_webhooks.assert_awaited_once()


@pytest.mark.usefixtures("fast_retries")
async def test_a_pbx_that_is_away_for_a_moment_is_asked_again_and_nothing_is_said(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    real = delivery_module.async_register_webhook
    asked: list[str] = []

    async def register(client: YeastarClient, url: str, *args: Any) -> bool:
        asked.append(url)
        if len(asked) == 1:
            raise CannotConnect("away")
        return await real(client, url, *args)

    with patch.object(delivery_module, "async_register_webhook", register):
        entry = await setup()
    assert channel(entry) is Channel.WEBHOOK
    assert issue(hass, entry, "webhook") is None
    assert len(asked) > 1


@pytest.mark.usefixtures("fast_retries")
async def test_one_address_for_inside_and_outside_is_tried_once(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    await async_setup_component(hass, DOMAIN, {})
    await hass.config.async_update(internal_url="http://127.0.0.1:1", external_url="http://127.0.0.1:1")
    entry = await setup(options={"event_transport": "both"})
    await until(lambda: issue(hass, entry, "webhook") == "webhook_unreachable")
    assert len([url async for url in async_addresses(hass, entry, "127.0.0.1")]) == 1


@pytest.mark.usefixtures("reachable")
async def test_changes_of_other_entries_do_not_concern_this_one(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_ws_client: WebSocketGenerator, hass_admin_user: MockUser
) -> None:
    entry = await setup(phones=[phone_data(hass_admin_user.id, "1001")])
    second = MockConfigEntry(
        domain=DOMAIN,
        title="Second",
        data=entry_data(pbx, url="https://pbx.example"),
        subentries_data=[phone_data(hass_admin_user.id, "1001")],
    )
    foreign = MockConfigEntry(domain="other")
    ws = await hass_ws_client(hass)
    await ws.send_json_auto_id({"type": f"{DOMAIN}/info"})
    (phone,) = (await ws.receive_json())["result"]["phones"]
    lease = {"phone_id": phone["phone_id"], "browser_id": "b", "browser_name": "B"}
    await ws.send_json_auto_id({"type": f"{DOMAIN}/phone/lease", **lease})
    await ws.send_json_auto_id({"type": f"{DOMAIN}/phone/subscribe", "phone_id": phone["phone_id"]})
    leases = hass.data[SHARED].leases
    await until(lambda: leases.holder((entry.entry_id, "1001")))
    hass.config_entries.async_update_entry(entry, title="The same as ever")
    for other in (second, foreign):
        other.add_to_hass(hass)
        hass.config_entries.async_update_entry(other, title="Renamed", options={"browser_calling": False})
    await hass.async_block_till_done()
    assert leases.holder((entry.entry_id, "1001")) is not None
    assert channel(entry) is Channel.WEBHOOK
