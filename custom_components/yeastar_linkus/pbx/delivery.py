"""How events come: the PBX's webhook where it reaches Home Assistant, else the event WebSocket."""

import asyncio
from contextlib import suppress
import time

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import (
    CONF_CLOUDHOOK_URL,
    CONF_EVENT_TRANSPORT,
    CONF_WEBHOOK_SECRET,
    DOMAIN,
    EVENT_TOPICS,
    LOGGER,
    TRANSPORT_AUTO,
    TRANSPORT_BOTH,
    TRANSPORT_WEBHOOK,
    TRANSPORT_WEBSOCKET,
)
from ..coordinator import YeastarConfigEntry, YeastarCoordinator
from ..yeastar.errors import AccessDenied, NotSupported, OperationFailed, YeastarError
from ..yeastar.event_kinds import Event
from ..yeastar.stream import EventStream, StreamState
from .addresses import async_addresses
from .catch_up import CatchUp
from .event_flow import Channel
from .registration import (
    EventPushOff,
    WebhookListFull,
    async_register_webhook,
    async_switch_on_monitors,
    async_unregister_webhook,
)
from .serial_guard import Serial, SerialGuard
from .webhook import WebhookDoor

# Somebody may delete our entry on the PBX, or Home Assistant's address may change: looked at this often, in seconds.
CHECK_SECONDS = 3600
# After a failure that somebody may be repairing right now.
RETRY_SECONDS = 300
# How long after a poll found a call its events may still be on the way.
SILENCE_SECONDS = 15


_NO_WAY_IN = frozenset({"webhook_no_url", "webhook_unreachable"})


class EventDelivery:
    """Brings the PBX's events to the coordinator, and says whether they arrive."""

    def __init__(self, hass: HomeAssistant, entry: YeastarConfigEntry, coordinator: YeastarCoordinator) -> None:
        """Prepare; nothing is opened yet."""
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._client = coordinator.client
        self._flow = coordinator.flow
        self._wish: str = entry.options.get(CONF_EVENT_TRANSPORT, TRANSPORT_AUTO)
        self._stream_task: asyncio.Task[None] | None = None
        self._streaming = False
        self._monitored: set[str] = set()
        self._wake = asyncio.Event()
        # Events may have been lost since the last snapshot: before the webhook was there, or while it was not.
        self._gap = True
        self._catch_up = CatchUp(hass, entry, coordinator)
        self._opened_at = 0.0
        self._silence: asyncio.TimerHandle | None = None
        # An issue of an earlier run may still stand.
        self._silent = True
        self._serial = SerialGuard()

    @callback
    def async_start(self) -> None:
        """Open the webhook and, without making anybody wait, see to it that the PBX uses it."""
        entry = self._entry
        self._report(None, "foreign")
        if self._wish != TRANSPORT_WEBSOCKET:
            door = WebhookDoor(
                self._hass,
                entry.data[CONF_WEBHOOK_ID],
                entry.data[CONF_WEBHOOK_SECRET],
                self._posted,
            )
            entry.async_on_unload(door.open(entry.title))
        else:
            self._report(None, "webhook")
        entry.async_on_unload(self._catch_up.async_start())
        entry.async_on_unload(self._catch_up.async_save)
        entry.async_on_unload(self._stop_listening)
        entry.async_on_unload(self._coordinator.async_add_listener(self._look))
        entry.async_on_unload(async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed))
        entry.async_create_background_task(self._hass, self._async_keep(), f"{DOMAIN} event delivery")

    async def _async_keep(self) -> None:
        """See to the monitors and the webhook: now, every hour, and when other extensions are exposed."""
        while True:
            self._monitored = set(self._coordinator.exposed())
            self._wake.clear()
            done = await self._async_monitors()
            if self._wish in {TRANSPORT_WEBSOCKET, TRANSPORT_BOTH}:
                self._start_stream()
            if self._wish != TRANSPORT_WEBSOCKET:
                done = await self._async_webhook() and done
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS if done else RETRY_SECONDS):
                    await self._wake.wait()

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry is self._entry:
            self._look()

    @callback
    def _look(self) -> None:
        """Wake up when extensions are exposed that the PBX was not asked to report on, and listen for silence."""
        if set(self._coordinator.exposed()) - self._monitored:
            self._wake.set()
        if self._silence is None and (untold := self._untold()):
            self._silence = self._hass.loop.call_later(SILENCE_SECONDS, self._still_untold, untold)

    def _untold(self) -> set[str]:
        """Return the calls that the poll found although events about them should have arrived."""
        if not self._flow.arriving:
            return set()
        since = max(self._opened_at, self._flow.last_event_at or 0)
        return {
            call.id
            for call in self._coordinator.book.calls.values()
            if call.active and call.started_at > since and self._monitored.intersection(call.extensions)
        }

    @callback
    def _still_untold(self, calls: set[str]) -> None:
        self._silence = None
        if calls & self._untold():
            LOGGER.info("%s has calls of which no event told", self._entry.title)
            self._silent = self._gap = True
            self._report("events_silent", "silence")
            self._wake.set()

    @callback
    def _stop_listening(self) -> None:
        if self._silence is not None:
            self._silence.cancel()

    async def _async_monitors(self) -> bool:
        """Switch the monitors on. Returns False when it is worth trying again soon."""
        try:
            await async_switch_on_monitors(self._client, self._monitored)
        except NotSupported, AccessDenied:
            # Old firmware has monitors but no API for them: nothing to try again.
            self._report("monitors_by_hand", "monitors")
            return True
        except YeastarError as err:
            LOGGER.debug("The status monitors could not be switched on: %s", err)
            self._report("monitors_off", "monitors", str(err))
            return False
        self._report(None, "monitors")
        return True

    async def _async_webhook(self) -> bool:
        """Register the first address that the PBX reaches, or fall back. Returns False when it is worth trying again soon."""
        problem, error = None, ""
        try:
            problem = await self._async_register()
        except NotSupported:
            problem = "webhook_not_supported"
        except WebhookListFull:
            problem = "webhook_list_full"
        except EventPushOff:
            problem = "webhook_switched_off"
        except (AccessDenied, OperationFailed) as err:
            problem, error = "webhook_refused", str(err)
        except YeastarError as err:
            LOGGER.debug("The webhook could not be registered: %s", err)
            return False
        if problem is None:
            if self._gap:
                self._gap = False
                await self._async_repair()
            self._set_channel(Channel.WEBHOOK)
            if self._wish != TRANSPORT_BOTH:
                self._stop_stream()
            self._report(None, "webhook")
            return True
        self._gap = True
        fall_back = self._wish != TRANSPORT_WEBHOOK
        if fall_back:
            self._start_stream()
            if self._streaming:
                self._set_channel(Channel.WEBSOCKET)
        elif self._flow.channel is Channel.WEBHOOK:
            self._set_channel(Channel.NONE)
        # No fault that has to be repaired, where the options leave the choice to us: the WebSocket does as well.
        old_firmware = problem == "webhook_not_supported"
        harmless = (old_firmware and fall_back) or (problem in _NO_WAY_IN and self._wish == TRANSPORT_AUTO)
        self._report(None if harmless else problem, "webhook", error)
        return old_firmware

    async def _async_register(self) -> str | None:
        """Let the PBX try our addresses and put the first good one into its list. Returns what is wrong, or None."""
        data = self._entry.data
        webhook_id, secret = data[CONF_WEBHOOK_ID], data[CONF_WEBHOOK_SECRET]
        problem = "webhook_no_url"
        async for url in async_addresses(self._hass, self._entry, self._client.host):
            problem = "webhook_unreachable"
            if await self._async_reaches(url, secret):
                await async_register_webhook(
                    self._client, url, webhook_id, secret, self._entry.data.get(CONF_CLOUDHOOK_URL)
                )
                return None
        # What an earlier address left in the list would have the PBX post into the void.
        await async_unregister_webhook(self._client, webhook_id, data.get(CONF_CLOUDHOOK_URL))
        return problem

    async def _async_reaches(self, url: str, secret: str) -> bool:
        """Have the PBX send a test request there."""
        try:
            await self._client.test_webhook(url, secret)
        except NotSupported:
            # Without the test the registration is all there is, and it fails the same way where there are no webhooks.
            return True
        except YeastarError as err:
            LOGGER.debug("The PBX does not reach this address of Home Assistant: %s", err)
            return False
        return True

    @callback
    def _start_stream(self) -> None:
        if self._stream_task is None:
            stream = EventStream(self._client, EVENT_TOPICS, self._received, self._streamed)
            self._stream_task = self._entry.async_create_background_task(
                self._hass, stream.run(), f"{DOMAIN} event WebSocket"
            )

    @callback
    def _stop_stream(self) -> None:
        if self._stream_task is not None:
            self._stream_task.cancel()
            self._stream_task = None
            self._streaming = False

    async def _async_repair(self) -> None:
        """Read what happened in a gap: what goes on from a snapshot, what is over from the history."""
        await self._coordinator.async_refresh()
        await self._catch_up.async_run()

    @callback
    def _took(self, event: Event, way: Channel) -> None:
        if (serial := self._serial.judge(event, self._coordinator.data.system)) is not Serial.OWN:
            if serial is Serial.FOREIGN_NEWS:
                LOGGER.warning("Another PBX sends its events to the webhook of %s; they are ignored", self._entry.title)
                self._report("events_foreign", "foreign")
            return
        self._catch_up.arrived(time.time())
        if self._silent:
            self._silent = False
            self._report(None, "silence")
        self._coordinator.ingest(event, way)

    @callback
    def _posted(self, event: Event) -> None:
        """An event came by webhook, which proves that way, whatever the last test said."""
        if self._flow.channel is Channel.NONE:
            self._set_channel(Channel.WEBHOOK)
        self._took(event, Channel.WEBHOOK)

    @callback
    def _received(self, event: Event) -> None:
        self._took(event, Channel.WEBSOCKET)

    @callback
    def _streamed(self, state: StreamState, error: YeastarError | None) -> None:
        """The event WebSocket opened or closed. What happened in a gap is only in a snapshot."""
        self._streaming = state is StreamState.CONNECTED
        if state is StreamState.FAILED:
            # It gave up; the next look tries again, and until then the issue says why.
            self._stream_task = None
            self._report("websocket_refused", "websocket", str(error))
        if state is StreamState.CONNECTED:
            self._report(None, "websocket")
            if self._wish != TRANSPORT_BOTH or self._flow.channel is not Channel.WEBHOOK:
                self._set_channel(Channel.WEBSOCKET)
            self._entry.async_create_background_task(self._hass, self._async_repair(), f"{DOMAIN} snapshot after a gap")
        elif self._flow.channel is Channel.WEBSOCKET:
            self._set_channel(Channel.NONE)

    @callback
    def _set_channel(self, channel: Channel) -> None:
        if self._flow.take(channel):
            self._opened_at = time.time()

    @callback
    def _report(self, problem: str | None, kind: str, error: str = "") -> None:
        """Keep one repair issue of a kind for this PBX, or none."""
        issue_id = f"{kind}_{self._entry.entry_id}"
        if problem is None:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=problem,
            translation_placeholders={"pbx": self._entry.title, "error": error},
            data={"entry_id": self._entry.entry_id, "problem": problem},
        )


@callback
def async_forget_issues(hass: HomeAssistant, entry: YeastarConfigEntry) -> None:
    """Delete the repair issues of a PBX that is gone."""
    for kind in ("webhook", "monitors", "websocket", "silence", "foreign"):
        ir.async_delete_issue(hass, DOMAIN, f"{kind}_{entry.entry_id}")
