"""From a config entry's data to a client, and the proof that it works."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from ..const import CONF_ACCESS_ID, CONF_ACCESS_KEY, LOGGER
from ..yeastar.client import YeastarClient
from ..yeastar.errors import InvalidCredentials, NotSupported, PlanMissing, YeastarError
from ..yeastar.models import Credentials
from ..yeastar.transport import origin_of
from .certificate import trust_of
from .problems import problem_of

DEFAULT_PORT = 8088
# Yeastar's remote access serves the API on the standard port only; its cloud does so too.
_STANDARD_PORT_DOMAINS = (".ras.yeastar.com", ".yeastarcloud.com", ".ycmcloud.com")


def normalised_url(text: str) -> str:
    """Return scheme, host and port of a typed address, with what people leave out filled in.

    No scheme means https. No port means 8088 for an address or a bare name, which is what a PBX on the local network has,
    and the standard port for a domain name, as Yeastar's own FQDN and cloud have. Raises ValueError.
    """
    text = text.strip()
    text = text if "://" in text else f"https://{text}"
    origin = origin_of(text)
    url = URL(text)
    if url.raw_user or url.raw_password:
        raise ValueError("credentials in an address")
    host = origin.raw_host or ""
    if origin.explicit_port is None and origin.scheme == "https" and _is_local_name(host):
        origin = origin.with_port(DEFAULT_PORT)
    return str(origin).rstrip("/")


def _is_local_name(host: str) -> bool:
    if host.endswith(_STANDARD_PORT_DOMAINS):
        return False
    return "." not in host or ":" in host or host.replace(".", "").isdigit() or host.endswith((".local", ".lan"))


def client_of(hass: HomeAssistant, data: Mapping[str, Any]) -> YeastarClient:
    """Return a client for a config entry's data. Nothing is sent yet."""
    return YeastarClient(
        async_get_clientsession(hass),
        data[CONF_URL],
        api=_credentials(data, CONF_CLIENT_ID, CONF_CLIENT_SECRET),
        sdk=_credentials(data, CONF_ACCESS_ID, CONF_ACCESS_KEY),
        ssl=trust_of(data),
    )


def _credentials(data: Mapping[str, Any], identity: str, secret: str) -> Credentials | None:
    return Credentials(data[identity], data[secret]) if identity in data else None


@dataclass(frozen=True, slots=True)
class Proof:
    """What the PBX said to the credentials: a translation key when it refused, its serial and name when not."""

    problem: str | None = None
    serial: str | None = None
    name: str = ""


async def async_prove(hass: HomeAssistant, data: Mapping[str, Any]) -> Proof:
    """Log in with every pair there is and read what tells this PBX from another. Leaves no token behind."""
    client = client_of(hass, data)
    try:
        return await _async_ask(client)
    except Exception:  # noqa: BLE001 (the flow says so instead of breaking off)
        LOGGER.exception("Unexpected error while proving the credentials")
        return Proof("unknown")
    finally:
        await client.close()


async def _async_ask(client: YeastarClient) -> Proof:
    serial, name = None, ""
    if client.has_api:
        try:
            system = await client.system_information()
        except InvalidCredentials:
            return Proof("invalid_api_auth")
        except NotSupported:
            return Proof("firmware_too_old")
        except YeastarError as err:
            return Proof(_word(err))
        serial, name = system.serial, system.device_name
    if client.has_sdk:
        try:
            await client.verify_sdk()
        except InvalidCredentials:
            return Proof("invalid_sdk_auth")
        except YeastarError as err:
            return Proof(_word(err))
        if client.has_api and not await _async_plan_holds_sdk(client):
            return Proof("plan_without_sdk")
    return Proof(serial=serial, name=name)


async def _async_plan_holds_sdk(client: YeastarClient) -> bool:
    """Whether the PBX makes login signatures: it takes the SDK's credentials even where its plan does not hold the SDK.

    Asked for the first extension there is, with a signature that is never used and ends within the minute.
    """
    try:
        extensions = await client.extensions()
        if extensions:
            await client.create_signature(extensions[0].number, lifetime=60)
    except PlanMissing:
        return False
    except YeastarError as err:
        LOGGER.debug("Whether the plan holds the Linkus SDK stays open: %s", err)
    return True


def _word(err: YeastarError) -> str:
    """Return the flow's word for an error; the PBX's own refusals that have none are logged, since nobody else sees them."""
    word = problem_of(err)
    if word in _FLOW_WORDS:
        return word
    LOGGER.warning("The PBX refused the proof of the credentials: %s", err)
    return "unknown"


_FLOW_WORDS = {
    "cannot_connect",
    "certificate_not_trusted",
    "not_yeastar",
    "address_blocked",
    "address_not_allowed",
    "api_disabled",
    "plan_without_sdk",
    "firmware_too_old",
    "too_many_tokens",
    "access_denied",
}
