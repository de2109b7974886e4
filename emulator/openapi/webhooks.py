"""``webhook/*``: where the PBX pushes its events."""

from urllib.parse import urlsplit

from emulator.events import known
from emulator.house import WebhookConfig

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()

MOST_WEBHOOKS = 5


def _url(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise bad_parameter("url", "required")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(value) > 1024:
        raise bad_parameter("url", "format", value)
    return value


def _entry(item: Json, events: frozenset[int]) -> WebhookConfig:
    secret, method = item.get("secret", ""), item.get("request_method", "POST")
    if not isinstance(secret, str):
        raise bad_parameter("secret", "type")
    if method not in ("GET", "POST"):
        raise bad_parameter("request_method", "enum", method)
    ids = item.get("event_ids")
    if ids is None:
        raise bad_parameter("event_ids", "required")
    if not isinstance(ids, list) or not all(type(entry) is int and (entry == 0 or entry in events) for entry in ids):
        raise bad_parameter("event_ids", "enum")
    return WebhookConfig(_url(item.get("url")), secret, method, ids)


@routes.get("webhook/query", since=(20, 0, 21))
async def query(call: ApiCall) -> Json:
    """The list, the retry settings, and the events there are."""
    house = call.pbx.house
    data: Json = {
        "enb_webhook_event_push": int(bool(house.webhooks)),
        "webhook_event_push_list": [
            {"url": e.url, "secret": e.secret, "request_method": e.request_method, "event_ids": e.event_ids}
            for e in house.webhooks
        ],
        "webhook_event_push_timeout": house.webhook_timeout,
        "webhook_event_push_retry_count": house.webhook_retries,
        "webhook_event_ids": sorted(known(house)),
    }
    return success(**data) if house.knobs.webhook_query == "top" else success(data=data)


@routes.post("webhook/update", since=(20, 0, 21))
async def update(call: ApiCall) -> Json:
    """Replace the whole list."""
    house = call.pbx.house
    entries = [_entry(item, known(house)) for item in call.items("webhook_event_push_list")]
    if len(entries) > MOST_WEBHOOKS:
        raise ApiFailure(60002)
    if len({entry.url for entry in entries}) < len(entries):
        raise ApiFailure(40003, duplicate_field_list=[{"field": "url"}])
    timeout = call.integer("webhook_event_push_timeout", default=house.webhook_timeout, least=3, most=10)
    retries = call.integer("webhook_event_push_retry_count", default=house.webhook_retries, least=1, most=5)
    house.webhooks, house.webhook_timeout, house.webhook_retries = entries, timeout, retries
    call.pbx.delivery.forget_missing()
    return success()


@routes.get("webhook/test", since=(20, 0, 21))
async def test(call: ApiCall) -> Json:
    """Send a test request and say whether it arrived."""
    entry = WebhookConfig(
        _url(call.text("url", longest=1024)),
        call.text("secret", default=""),
        call.choice("request_method", ("GET", "POST"), default="POST"),
    )
    if not await call.pbx.delivery.test(entry):
        raise ApiFailure(-1)
    return success()
