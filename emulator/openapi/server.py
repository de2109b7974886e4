"""The doors of the Open API: address, version, path, headers, token, rights, and only then the endpoint."""

import ipaddress
import json
import logging
from typing import Any

from aiohttp import web

from emulator.core import Core
from emulator.tokens import Token

from . import archives, auth, call_control, calls, cdr, contacts, extensions, queues, system, trunks, webhooks
from .protocol import ApiCall, ApiFailure, Endpoint, Json

_LOGGER = logging.getLogger(__name__)

VERSIONS = ("v1.0", "v2.0")
LARGEST_BODY = 4 * 1024 * 1024

ENDPOINTS: dict[tuple[str, str, str], Endpoint] = {
    key: endpoint
    for module in (
        auth,
        system,
        extensions,
        trunks,
        calls,
        call_control,
        queues,
        archives,
        cdr,
        contacts,
        webhooks,
    )
    for key, endpoint in module.routes.table.items()
}


class OpenApi:
    """Answers everything under ``/openapi/``: always HTTP 200, with the verdict in ``errcode``."""

    def __init__(self, pbx: Core) -> None:
        self._pbx = pbx

    async def handle(self, request: web.Request) -> web.Response:
        """One request. The connection is closed after the answer."""
        version, _, path = request.match_info["tail"].partition("/")
        try:
            body = await self._answer(request, version, path)
        except ApiFailure as failure:
            body = failure.body
        except Exception:
            _LOGGER.exception("%s %s failed", request.method, path)
            body = ApiFailure(-2).body
        self._pbx.books.request(request.method, f"{version}/{path}", int(body["errcode"]), request.remote or "")
        response = web.json_response(body)
        response.force_close()
        return response

    async def download(self, request: web.Request) -> web.Response:
        """``GET /api/download/…``: the file behind a ``download_resource_url``, with a token as everywhere."""
        try:
            self.check_address(request)
            self.check_token(request, sdk=False)
        except ApiFailure as failure:
            response = web.json_response(failure.body)
            response.force_close()
            return response
        found = self._pbx.archive.fetch(request.match_info["key"])
        if found is None or found.name != request.match_info["name"]:
            response = web.json_response(ApiFailure(60001).body)
        else:
            headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
            body, status = found.body, 200
            if self._pbx.knobs.download_ranges and (first := request.http_range.start):
                headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
                body, status = body[first:], 206
            response = web.Response(body=body, status=status, content_type=found.content_type, headers=headers)
        response.force_close()
        return response

    async def _answer(self, request: web.Request, version: str, path: str) -> Json:
        house = self._pbx.house
        knobs = house.knobs
        if wait := knobs.slow.get(path, knobs.slow.get("*", 0.0)):
            await self._pbx.clock.sleep(wait)
        self.check_address(request)
        if version not in VERSIONS:
            raise ApiFailure(10003)
        endpoint = ENDPOINTS.get((version, request.method, path))
        if endpoint is None or self._lacks(path, endpoint):
            raise ApiFailure(10001)
        check_user_agent(request)
        token = self.check_token(request, sdk=endpoint.sdk) if endpoint.token else None
        if knobs.denied and (path in knobs.denied or path.partition("/")[0] in knobs.denied):
            raise ApiFailure(10005)
        if (errcode := knobs.fail_with.get(path)) is not None:
            raise ApiFailure(errcode)
        values: dict[str, Any]
        if request.method == "GET":
            values = {key: value for key, value in request.query.items() if key != "access_token"}
        else:
            values = await _body(request)
        return await endpoint.handler(ApiCall(self._pbx, path, values, request.remote or "", token))

    def _lacks(self, path: str, endpoint: Endpoint) -> bool:
        knobs = self._pbx.house.knobs
        if path in knobs.absent or path.partition("/")[0] in knobs.absent:
            return True
        firmware = tuple(int(part) for part in self._pbx.house.firmware.split(".")[1:])
        return firmware < endpoint.since

    def check_address(self, request: web.Request) -> None:
        """Blocked addresses and those that are not on the allow-list stay outside."""
        address = request.remote or ""
        if (until := self._pbx.guard.blocked_until(address)) is not None:
            raise ApiFailure(70004, block_expire_time=int(until))
        allowed = self._pbx.house.allow_list
        if allowed and not any(
            ipaddress.ip_address(address) in ipaddress.ip_network(entry, strict=False) for entry in allowed
        ):
            raise ApiFailure(70087)

    def check_token(self, request: web.Request, *, sdk: bool) -> Token:
        """The token in the query, and whether it may do this."""
        token = self._pbx.tokens.find(request.query.get("access_token", ""))
        if token is None:
            raise ApiFailure(10004)
        house = self._pbx.house
        if not (house.api_enabled if token.scope == "api" else house.sdk_enabled):
            raise ApiFailure(70123)
        if token.scope == "sdk" and not sdk:
            raise ApiFailure(10005)
        return token


def check_user_agent(request: web.Request) -> None:
    """Requests without a User-Agent are refused with 40002."""
    if not request.headers.get("User-Agent", "").strip():
        raise ApiFailure(40002, invalid_param_list=[{"field": "User-Agent", "validation_type": "required"}])


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise ApiFailure(40001)
    try:
        values = json.loads(await request.read())
    except web.HTTPRequestEntityTooLarge:
        raise ApiFailure(40004) from None
    except ValueError:
        raise ApiFailure(40001) from None
    if not isinstance(values, dict):
        raise ApiFailure(40001)
    return values
