"""Plays voicemail to its owner: the browser never sees an address or a token of the PBX."""

from http import HTTPStatus

from aiohttp import web
from homeassistant.components.http import KEY_HASS_USER, HomeAssistantView
from homeassistant.core import HomeAssistant

from .const import DOMAIN, LOGGER
from .softphone import phones_of
from .yeastar.errors import NotFound, YeastarError

ADDRESS = f"/api/{DOMAIN}/voicemail/{{phone_id}}/{{message_id}}"


class VoicemailView(HomeAssistantView):
    """One message's sound, to the phone's own user. Audio elements come with a signed path."""

    url = ADDRESS
    name = f"api:{DOMAIN}:voicemail"

    def __init__(self, hass: HomeAssistant) -> None:
        """Keep what the rights are checked against."""
        self._hass = hass

    async def get(self, request: web.Request, phone_id: str, message_id: str) -> web.Response:
        """Return the sound, or the piece of it that a player asks for."""
        user = request[KEY_HASS_USER]
        phone = next((phone for phone in phones_of(self._hass, user) if phone.phone_id == phone_id), None)
        if phone is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        if (coordinator := phone.coordinator) is None:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            sound = await coordinator.message_boxes.of(phone.extension).async_sound(message_id)
        except NotFound:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        except YeastarError as err:
            LOGGER.debug("A message cannot be played: %s", err)
            return web.Response(status=HTTPStatus.BAD_GATEWAY)
        headers = {
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        size = len(sound.data)
        try:
            start, stop, _step = request.http_range.indices(size)
        except ValueError:
            start = stop = 0
        if start >= stop:
            headers["Content-Range"] = f"bytes */{size}"
            return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
        status = HTTPStatus.OK
        if "Range" in request.headers:
            status = HTTPStatus.PARTIAL_CONTENT
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        return web.Response(
            status=status, body=sound.data[start:stop], content_type=sound.content_type, headers=headers
        )
