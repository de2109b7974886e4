"""Conditions about extensions: in a call, free, ringing, reachable, presence."""

import abc
from collections.abc import Callable, Mapping
from typing import Any, Unpack, cast, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
    EntityStateConditionBase,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .const import DOMAIN
from .coordinator import YeastarCoordinator
from .pbx.subjects import About
from .shared import SHARED
from .triggers.moment_watch import targeted
from .yeastar.call_model import CallState
from .yeastar.models import EndpointKind, Presence

CONF_PRESENCE = "presence"


class CallStateCondition(EntityStateConditionBase):
    """What an extension is doing, as its call state says. Options: `behavior` any or all, and `for`."""

    _domain_specs: Mapping[str, DomainSpec] = {SENSOR_DOMAIN: DomainSpec()}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep the call states of our extensions: an area has other sensors, and an extension too."""
        registry = er.async_get(self._hass).entities
        return {
            entity_id
            for entity_id in entities
            if (entity := registry.get(entity_id)) is not None
            and entity.platform == DOMAIN
            and entity.translation_key == "call_state"
        }


class IsInCall(CallStateCondition):
    """In a call, or calling somebody."""

    _states: set[str | bool] = {CallState.TALKING.value, CallState.ON_HOLD.value, CallState.DIALING.value}


class IsFree(CallStateCondition):
    """Neither in a call nor ringing."""

    _states: set[str | bool] = {CallState.IDLE.value}


class IsRinging(CallStateCondition):
    """Being called."""

    _states: set[str | bool] = {CallState.RINGING.value}


class ExtensionCondition(Condition):
    """A fact about extensions that the PBX tells with the extension itself. Option: `behavior` any or all."""

    options: Mapping[Any, Any] = {}

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate what the automation says."""
        behavior = vol.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY)
        schema = vol.Schema(
            {
                vol.Required(CONF_TARGET): cv.TARGET_FIELDS,
                vol.Required(CONF_OPTIONS, default={}): {
                    behavior: vol.In([BEHAVIOR_ANY, BEHAVIOR_ALL]),
                    **cls.options,
                },
            }
        )
        return cast(ConfigType, schema(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the target and the options."""
        super().__init__(hass, config)
        self._target = config.target or {}
        self._options = config.options or {}

    @abc.abstractmethod
    def holds(self, coordinator: YeastarCoordinator, number: str) -> bool:
        """Whether the fact is true of one extension."""

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        facts = [
            coordinator.last_update_success and self.holds(coordinator, number)
            for coordinator, number in self._extensions()
        ]
        return any(facts) if self._options[ATTR_BEHAVIOR] == BEHAVIOR_ANY else bool(facts) and all(facts)

    def _extensions(self) -> list[tuple[YeastarCoordinator, str]]:
        return [
            (coordinator, number)
            for coordinator, numbers in targeted(self._hass, self._target).items()
            for number in (coordinator.exposed() if numbers is None else sorted(numbers))
        ]

    @property
    @override
    def needs_polling(self) -> bool:
        return False

    @override
    async def _async_track_changes(self, action: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the action when the PBX has told something new, or a browser has become reachable."""
        leases = self._hass.data[SHARED].leases
        extensions = self._extensions()
        detach = [
            coordinator.async_add_listener(action) for coordinator in {coordinator for coordinator, _ in extensions}
        ]
        for coordinator, number in extensions:
            detach.append(leases.listen((coordinator.config_entry.entry_id, number), action))
            detach += [
                coordinator.async_listen_about((about, number), action) for about in (About.ENDPOINTS, About.PRESENCE)
            ]

        @callback
        def stop() -> None:
            for unsubscribe in detach:
                unsubscribe()

        return stop


class IsReachable(ExtensionCondition):
    """Registered with any phone or app, or in a browser that can be rung."""

    @override
    def holds(self, coordinator: YeastarCoordinator, number: str) -> bool:
        """Whether anything would ring."""
        holder = self._hass.data[SHARED].leases.holder((coordinator.config_entry.entry_id, number))
        return coordinator.state.registered(number, EndpointKind) is True or (
            holder is not None and holder.state in {"ready", "in_call"}
        )


class IsPresence(ExtensionCondition):
    """Its presence status is one of those chosen."""

    options: Mapping[Any, Any] = {
        vol.Required(CONF_PRESENCE): vol.All(
            cv.ensure_list, vol.Length(min=1), [vol.In([presence.value for presence in Presence])]
        )
    }

    @override
    def holds(self, coordinator: YeastarCoordinator, number: str) -> bool:
        """Whether the presence is a chosen one."""
        return coordinator.state.presence(number) in self._options[CONF_PRESENCE]


class IsDoNotDisturb(ExtensionCondition):
    """Its presence status is do not disturb."""

    @override
    def holds(self, coordinator: YeastarCoordinator, number: str) -> bool:
        """Whether nobody may ring it."""
        return coordinator.state.presence(number) is Presence.DO_NOT_DISTURB


CONDITIONS: dict[str, type[Condition]] = {
    "is_do_not_disturb": IsDoNotDisturb,
    "is_free": IsFree,
    "is_in_call": IsInCall,
    "is_presence": IsPresence,
    "is_reachable": IsReachable,
    "is_ringing": IsRinging,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
