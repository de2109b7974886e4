"""Following what happens to the extensions that an automation targets, across reloads, renumbering and new devices."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..const import DOMAIN
from ..coordinator import YeastarCoordinator
from ..entity import device_identifier
from ..yeastar.call_model import Moment

# What an automation watches on one PBX: extension numbers, or None for all there are.
type Watched = frozenset[str] | None
type OnMoment = Callable[[YeastarCoordinator, Moment], None]


@callback
def targeted(hass: HomeAssistant, target: dict[str, Any]) -> dict[YeastarCoordinator, Watched]:
    """Return whom a target means, by PBX that is loaded.

    An extension is meant by its device, by any entity of it, or by an area, floor or label of either. The PBX's own
    device, if named itself, means all its extensions; in an area it means nothing, or everybody in the server room's
    automations would be everybody.
    """
    selection = TargetSelection(target)
    selected = async_extract_referenced_entity_ids(hass, selection, primary_entities_only=False)
    entities = er.async_get(hass).entities
    device_ids = set(selected.referenced_devices)
    for entity_id in selected.referenced | selected.indirectly_referenced:
        if (entity := entities.get(entity_id)) is not None and entity.device_id is not None:
            device_ids.add(entity.device_id)
    devices = dr.async_get(hass)
    identifiers: set[tuple[str, str]] = set()
    named: set[tuple[str, str]] = set()
    for device_id in device_ids:
        if (device := devices.async_get(device_id)) is not None:
            identifiers |= device.identifiers
            if device_id in selection.device_ids:
                named |= device.identifiers
    found: dict[YeastarCoordinator, Watched] = {}
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        coordinator: YeastarCoordinator = entry.runtime_data
        if (DOMAIN, coordinator.key) in named:
            found[coordinator] = None
        elif numbers := frozenset(
            number
            for number, extension in coordinator.data.extensions.items()
            if device_identifier(coordinator, extension) in identifiers
        ):
            found[coordinator] = numbers
    return found


class MomentWatch:
    """Tells what happens to the targeted extensions until it is stopped."""

    def __init__(self, hass: HomeAssistant, target: dict[str, Any], on_moment: OnMoment) -> None:
        """Prepare; `on_moment` takes every moment of every targeted extension once."""
        self._hass = hass
        self._target = target
        self._on_moment = on_moment
        self._watched: dict[YeastarCoordinator, Watched] = {}
        self._detach: list[CALLBACK_TYPE] = []
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._planned = False

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin. Returns what ends it."""
        listen = self._hass.bus.async_listen
        self._unsubscribe = [
            async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._plan),
            listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._plan),
            listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._plan),
            listen(ar.EVENT_AREA_REGISTRY_UPDATED, self._plan),
        ]
        self._attach()
        return self._stop

    @callback
    def _stop(self) -> None:
        for unsubscribe in (*self._unsubscribe, *self._detach):
            unsubscribe()
        self._unsubscribe.clear()
        self._detach.clear()

    @callback
    def _plan(self, *_: object) -> None:
        """Look again soon, once: registries change hundreds of times while Home Assistant starts."""
        if not self._planned:
            self._planned = True
            self._hass.loop.call_soon(self._attach_again)

    @callback
    def _attach_again(self) -> None:
        self._planned = False
        if self._unsubscribe:
            self._attach()

    @callback
    def _attach(self) -> None:
        watched = targeted(self._hass, self._target)
        if watched == self._watched:
            return
        for detach in self._detach:
            detach()
        self._detach = []
        self._watched = watched
        for coordinator, numbers in watched.items():
            self._detach.append(coordinator.async_add_listener(self._plan))
            self._detach += [
                coordinator.async_listen_moments(number, self._teller(coordinator))
                for number in ([None] if numbers is None else sorted(numbers))
            ]

    def _teller(self, coordinator: YeastarCoordinator) -> Callable[[Moment], None]:
        @callback
        def tell(moment: Moment) -> None:
            # Moments come before the states of the same event are written, and an automation's conditions look at states.
            self._hass.loop.call_soon(self._tell, coordinator, moment)

        return tell

    @callback
    def _tell(self, coordinator: YeastarCoordinator, moment: Moment) -> None:
        if self._unsubscribe:
            self._on_moment(coordinator, moment)
