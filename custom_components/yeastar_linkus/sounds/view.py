"""Plays recordings and messages to who may hear them: no browser or player sees an address or a token of the PBX."""

from contextlib import AsyncExitStack
from http import HTTPStatus

from aiohttp import web
from homeassistant.components.http import KEY_HASS_USER, HomeAssistantView
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..const import DOMAIN, LOGGER
from ..coordinator import YeastarCoordinator
from ..yeastar.errors import NotFound, YeastarError
from ..yeastar.session import FileLink
from ..yeastar.transport import FileBody
from .links import Sound, content_type
from .tickets import TICKETS_GIVEN

ADDRESS = f"/api/{DOMAIN}/sound/{{ticket}}"


class SoundView(HomeAssistantView):
    """One sound, passed on as it comes from the PBX. Players come with a signed path, which ends, and a ticket in it."""

    url = ADDRESS
    name = f"api:{DOMAIN}:sound"

    def __init__(self, hass: HomeAssistant) -> None:
        """Keep what the rights are checked against."""
        self._hass = hass

    async def get(self, request: web.Request, ticket: str) -> web.StreamResponse:
        """Return the sound, or from the byte on that a player asks for."""
        granted = self._hass.data[TICKETS_GIVEN].sound(self._hass, ticket, request[KEY_HASS_USER])
        if granted is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        entry, sound = granted
        if entry.state is not ConfigEntryState.LOADED:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            wanted = request.http_range
            first, end = wanted.start or 0, wanted.stop
        except ValueError:
            return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        async with AsyncExitStack() as opened:
            try:
                # The last bytes of a file are asked for by where they begin, which only its size tells.
                link, body = await _async_open(entry.runtime_data, sound, max(first, 0), opened)
                if first < 0 and body.size is not None:
                    first = max(body.size + first, 0)
                    link, body = await _async_open(entry.runtime_data, sound, first, opened)
            except NotFound:
                return web.Response(status=HTTPStatus.NOT_FOUND)
            except YeastarError as err:
                LOGGER.debug("A sound cannot be played: %s", err)
                return web.Response(status=HTTPStatus.BAD_GATEWAY)
            return await _async_pass_on(request, link, body, first, end)


async def _async_open(
    coordinator: YeastarCoordinator, sound: Sound, first: int, opened: AsyncExitStack
) -> tuple[FileLink, FileBody]:
    """Open the file; with a new link when the PBX knows the old one no longer. Raises what the client raises."""
    links = coordinator.sound_links
    link = await links.of(sound)
    try:
        return link, await opened.enter_async_context(coordinator.client.open(link, first))
    except NotFound:
        links.forget(sound)
    link = await links.of(sound)
    return link, await opened.enter_async_context(coordinator.client.open(link, first))


async def _async_pass_on(
    request: web.Request, link: FileLink, body: FileBody, first: int, end: int | None
) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": content_type(link.file),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
    )
    left: int | None = None
    if (size := body.size) is not None:
        stop = size if end is None else min(end, size)
        response.headers["Accept-Ranges"] = "bytes"
        if "Range" in request.headers:
            if first >= stop:
                headers = {"Content-Range": f"bytes */{size}"}
                return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
            response.set_status(HTTPStatus.PARTIAL_CONTENT)
            response.headers["Content-Range"] = f"bytes {first}-{stop - 1}/{size}"
        left = response.content_length = stop - first
    await response.prepare(request)
    try:
        async for chunk in body.chunks():
            piece = chunk if left is None else chunk[:left]
            await response.write(piece)
            if left is not None:
                left -= len(piece)
                if not left:
                    break
    except YeastarError as err:
        # The answer has begun: all that can be done is not to end it as if it were whole.
        LOGGER.debug("A sound broke off: %s", err)
        break_off = request.transport.abort if request.transport else response.force_close
        break_off()
        return response
    await response.write_eof()
    return response
