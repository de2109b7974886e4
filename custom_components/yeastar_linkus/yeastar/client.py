"""The PBX as an object: the Open API calls that the integration lives on."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
import time
from typing import Final

import aiohttp

from .auth import Token, TokenStore
from .call_control import CallControl
from .contacts import Contacts
from .errors import ApiError, ChannelGone, NotFound, OperationFailed, ProtocolError
from .history import History
from .members import CallSnapshot
from .models import (
    Capacity,
    Credentials,
    Extension,
    ExtensionMonitor,
    LoginSignature,
    Presence,
    SystemInformation,
    Trunk,
    TrunkMonitor,
    WebhookSettings,
)
from .queues import Queues
from .recordings import Recordings
from .session import FileLink, Session
from .shape import integer, moment, record, required, rows, text
from .transport import API_PATH, FileBody, Ssl, Transport
from .voicemail import Voicemail
from .wall_clock import WallClock

SIGNATURE_LIFE: Final = 8 * 3600
"""How long a login signature is asked to last, in seconds."""
_CALL_TYPES: Final = ("inbound", "outbound", "internal")


class YeastarClient:
    """One PBX. The session belongs to the caller; `close` gives the tokens back.

    Every method raises CannotConnect, NotYeastar, ProtocolError, ApiError or one of their children, and
    MissingCredentials when the pair that it needs was not given.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        api: Credentials | None = None,
        sdk: Credentials | None = None,
        ssl: Ssl = True,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; nothing is sent. `clock` measures token life, `now` is the wall clock in Unix seconds.

        Raises ValueError when `url` is no http or https address; a path in it is dropped.
        """
        self._transport = Transport(session, url, ssl)
        self._api = Session(self._transport, TokenStore(self._transport, api, clock) if api else None, "the Open API")
        self._sdk = Session(self._transport, TokenStore(self._transport, sdk, clock) if sdk else None, "the Linkus SDK")
        self.calls = CallControl(self._api)
        self.queues = Queues(self._api)
        self.voicemail = Voicemail(self._api)
        self.recordings = Recordings(self._api)
        self.history = History(self._api)
        self.contacts = Contacts(self._api)
        self.clock = clock
        self._now = now
        self._clock_offset = 0.0
        self._signatures_expire = True

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return str(self._transport.origin)

    @property
    def host(self) -> str:
        """The PBX's host name or address."""
        return self._transport.origin.host or ""

    @property
    def clock_offset(self) -> float:
        """By how many seconds the PBX's clock is ahead of ours, as of the last `system_information`."""
        return self._clock_offset

    @property
    def has_api(self) -> bool:
        """Whether the Open API pair was given."""
        return self._api.store is not None

    @property
    def has_sdk(self) -> bool:
        """Whether the Linkus SDK pair was given."""
        return self._sdk.store is not None

    def _stores(self) -> list[TokenStore]:
        return [session.store for session in (self._api, self._sdk) if session.store is not None]

    @property
    def refusal(self) -> ApiError | None:
        """Why no login is tried any more, or None. See `reset`."""
        return next((store.refusal for store in self._stores() if store.refusal), None)

    def reset(self) -> None:
        """Allow logins again after wrong credentials, too many tokens or a blocked address."""
        for store in self._stores():
            store.reset()

    async def close(self) -> None:
        """Give both tokens back. Never raises; the session stays open."""
        for store in self._stores():
            await store.revoke()

    async def token(self) -> Token:
        """The Open API's token, as the event WebSocket needs it."""
        return await self._api.token()

    async def reject_token(self, value: str) -> None:
        """The PBX refused this token (10004): drop it."""
        await self._api.reject(value)

    async def subscribe_socket(self, token: str, *, timeout: float = 20) -> aiohttp.ClientWebSocketResponse:
        """Open the event WebSocket; the caller subscribes, keeps it alive and closes it."""
        return await self._transport.websocket(API_PATH + "subscribe", token, timeout)

    def open(self, link: FileLink, first: int = 0) -> AbstractAsyncContextManager[FileBody]:
        """A recording or a message from byte `first` on, to be read as it comes."""
        return self._api.open(link, first)

    async def download(self, link: FileLink) -> bytes:
        """The bytes of a recording or a message."""
        return await self._api.download(link)

    # The PBX

    async def system_information(self) -> SystemInformation:
        """Serial number, model, firmware, name and clock of the PBX."""
        path = "system/information"
        data = record(await self._api.get(path), path)
        information = SystemInformation(
            serial=required(data, "sn", path),
            model=text(data, "model_name"),
            firmware=text(data, "firmware_version"),
            device_name=text(data, "device_name"),
            timestamp=moment(data, "timestamp"),
            uptime=integer(data, "up_time"),
            wall=WallClock.from_api(data),
        )
        if information.timestamp:
            self._clock_offset = information.timestamp - self._now()
        return information

    async def extensions(self) -> tuple[Extension, ...]:
        """All extensions, of all pages."""
        found = await self._api.pages("extension/list", query={"sort_by": "number", "order_by": "asc"})
        return tuple(extension for row in found if (extension := Extension.from_api(row)) is not None)

    async def extension(self, number: str) -> Extension | None:
        """The extension with exactly this number, or None."""
        try:
            found = await self._api.pages("extension/search", query={"search_value": number})
        except NotFound:
            return None
        matches = (Extension.from_api(row) for row in found)
        return next((match for match in matches if match is not None and match.number == number), None)

    async def trunks(self) -> tuple[Trunk, ...]:
        """All trunks, of all pages."""
        return tuple(trunk for row in await self._api.pages("trunk/list") if (trunk := Trunk.from_api(row)) is not None)

    async def capacity(self) -> Capacity:
        """How many extensions and simultaneous calls the PBX may have, and has."""
        path = "system/capacity"
        data = record(await self._api.get(path), path)
        return Capacity(
            extensions=integer(data, "extension_capacity"),
            extensions_used=integer(data, "extension_used"),
            calls=integer(data, "cc_capacity"),
            calls_used=integer(data, "cc_used"),
        )

    async def set_presence(self, extension_id: int, presence: Presence) -> None:
        """Set the presence of an extension. `extension_id` is the PBX's internal id, not the number."""
        await self._api.post("extension/update", {"id": extension_id, "presence_status": presence.value})

    # Calls

    async def active_calls(self) -> tuple[CallSnapshot, ...]:
        """All running calls, asked type by type since the PBX has no question for all."""
        found: dict[str, CallSnapshot] = {}
        for kind in _CALL_TYPES:
            for snapshot in await self._calls({"type": kind}):
                found.setdefault(snapshot.call_id, snapshot)
        return tuple(found.values())

    async def calls_of(self, extension: str) -> tuple[CallSnapshot, ...]:
        """The running calls of one extension."""
        return await self._calls({"extension": extension})

    async def call(self, call_id: str) -> CallSnapshot | None:
        """One running call, or None when it is over."""
        found = await self._calls({"call_id": call_id})
        return next((snapshot for snapshot in found if snapshot.call_id == call_id), None)

    async def _calls(self, query: Mapping[str, str]) -> tuple[CallSnapshot, ...]:
        path = "call/query"
        try:
            answer = await self._api.get(path, query)
        except NotFound, ChannelGone:
            return ()
        found = (CallSnapshot.from_api(row) for row in rows(answer, "data", path))
        return tuple(snapshot for snapshot in found if snapshot is not None)

    async def dial(self, caller: str, callee: str, *, permission: str | None = None, auto_answer: bool = False) -> str:
        """Ring `caller`, then connect it to `callee`; returns the call id.

        The PBX only accepts the order: a missing permission or a busy line comes later, as event 30015.
        `permission` is the extension whose outbound rights count. Only IP phones honour `auto_answer`.
        """
        path = "call/dial"
        body = {"caller": caller, "callee": callee, "auto_answer": "yes" if auto_answer else "no"}
        if permission is not None:
            body["dial_permission"] = permission
        return required(await self._api.post(path, body), "call_id", path)

    async def hangup(self, channel_id: str) -> None:
        """Drop the member on this channel. Raises ChannelGone when it is gone already."""
        await self._api.post("call/hangup", {"channel_id": channel_id})

    # Pushing events

    async def webhooks(self) -> WebhookSettings:
        """The PBX's webhooks. Raises NotSupported on firmware without them."""
        path = "webhook/query"
        answer = await self._api.get(path)
        return WebhookSettings.from_api(answer if "webhook_event_push_list" in answer else record(answer, path))

    async def update_webhooks(self, settings: WebhookSettings) -> None:
        """Replace the PBX's whole list: read it first, and send foreign entries back as they came."""
        await self._api.post(
            "webhook/update",
            {
                "webhook_event_push_list": [webhook.to_api() for webhook in settings.webhooks],
                "webhook_event_push_timeout": settings.timeout,
                "webhook_event_push_retry_count": settings.retry_count,
            },
        )

    async def test_webhook(self, url: str, secret: str) -> None:
        """Let the PBX send a test request there. Raises ApiError when it was not taken."""
        await self._api.get("webhook/test", {"url": url, "secret": secret, "request_method": "POST"})

    async def extension_monitors(self) -> tuple[ExtensionMonitor, ...]:
        """Which events the PBX sends for which extension. Raises NotSupported on firmware without them."""
        found = await self._api.pages("extension_status_monitor/list", query={"sort_by": "ext_id", "order_by": "asc"})
        return tuple(map(ExtensionMonitor.from_api, found))

    async def update_extension_monitors(self, monitors: Iterable[ExtensionMonitor]) -> None:
        """Set the monitors. Some firmware replaces the list: send all of them."""
        await self._api.post("extension_status_monitor/update", {"ext_monitor_list": [m.to_api() for m in monitors]})

    async def trunk_monitors(self) -> tuple[TrunkMonitor, ...]:
        """Which events the PBX sends for which trunk. Raises NotSupported on firmware without them."""
        found = await self._api.pages("trunk_status_monitor/list", query={"sort_by": "trunk_id", "order_by": "asc"})
        return tuple(map(TrunkMonitor.from_api, found))

    async def update_trunk_monitors(self, monitors: Iterable[TrunkMonitor]) -> None:
        """Set the monitors. Some firmware replaces the list: send all of them."""
        await self._api.post("trunk_status_monitor/update", {"trunk_monitor_list": [m.to_api() for m in monitors]})

    # The Linkus SDK

    async def verify_sdk(self) -> None:
        """Log in with the Linkus SDK pair. Raises InvalidCredentials or PlanMissing."""
        await self._sdk.token()

    async def create_signature(self, extension: str, *, lifetime: int | None = SIGNATURE_LIFE) -> LoginSignature:
        """Make a login signature for one extension, good for `lifetime` seconds; None asks for one without end.

        The end is sent as the PBX's own Unix time. A PBX that refuses it is asked once for a signature without end,
        and from then on always.
        """
        if lifetime is not None and self._signatures_expire:
            expires_at = int(self._now()) + lifetime
            try:
                sign = await self._sign(extension, expires_at + round(self._clock_offset))
            except OperationFailed as error:
                if error.code not in {40001, 40002}:
                    raise
                sign = await self._sign(extension, 0)
                self._signatures_expire = False
            else:
                return LoginSignature(extension, sign, expires_at)
        else:
            sign = await self._sign(extension, 0)
        return LoginSignature(extension, sign, None)

    async def _sign(self, extension: str, expire_time: int) -> str:
        path = "sign/create"
        body = {"username": extension, "sign_type": "sdk", "expire_time": expire_time}
        answer = await self._sdk.post(path, body)
        sign = record(answer, path).get("sign")
        if not isinstance(sign, str) or not sign or len(sign) > 4096:
            raise ProtocolError(f"{path}: no sign in the answer")
        return sign
