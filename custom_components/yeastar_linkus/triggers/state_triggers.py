"""Triggers about states: a trunk fails or works again, callers wait in a queue, somebody's presence changes."""

from collections.abc import Mapping
from typing import cast, override

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN, BinarySensorDeviceClass
from homeassistant.components.select import DOMAIN as SELECT_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    EntityTargetStateTriggerBase,
    EntityTransitionTriggerBase,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    TriggerConfig,
)
import voluptuous as vol

from ..const import DOMAIN
from ..yeastar.models import Presence

CONF_OVER = "over"
CONF_PRESENCE = "presence"


class OurEntityTrigger(EntityTriggerBase):
    """Looks at entities of this integration only, and of those at the ones with a certain key."""

    _domain_specs: Mapping[str, DomainSpec]
    translation_key: str | None

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our own entities that say what this trigger is about."""
        registry = er.async_get(self._hass).entities
        return {
            entity_id
            for entity_id in super().entity_filter(entities)
            if (entity := registry.get(entity_id)) is not None
            and entity.platform == DOMAIN
            and entity.translation_key == self.translation_key
        }


class TrunkTrigger(OurEntityTrigger):
    """A trunk's problem, which is a diagnostic entity: a targeted device or area means it all the same."""

    _domain_specs: Mapping[str, DomainSpec] = {
        BINARY_SENSOR_DOMAIN: DomainSpec(device_class=BinarySensorDeviceClass.PROBLEM)
    }
    _primary_entities_only = False
    translation_key = None


class TrunkProblemTrigger(TrunkTrigger, EntityTargetStateTriggerBase):
    """No call can pass the trunk any more."""

    _to_states: set[str] = {STATE_ON}


class TrunkRecoveredTrigger(TrunkTrigger, EntityTransitionTriggerBase):
    """Calls can pass the trunk again."""

    _from_states: set[str | bool] = {STATE_ON}
    _to_states: set[str | bool] = {STATE_OFF}


class QueueWaitingTrigger(OurEntityTrigger):
    """More callers wait in a queue than the option `over`, and did not before."""

    _domain_specs: Mapping[str, DomainSpec] = {SENSOR_DOMAIN: DomainSpec()}
    _schema = ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.extend(
        {vol.Required(CONF_OPTIONS, default={}): {vol.Required(CONF_OVER, default=0): cv.positive_int}}
    )
    translation_key = "queue_waiting"

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take how many may wait."""
        super().__init__(hass, config)
        self._over: int = self._options[CONF_OVER]

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        """Whether so many wait now."""
        if float(state.state) > self._over:
            return True
        report_not_triggered("too_few_waiting", wanted=self._over, was=state.state)
        return False

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Whether fewer waited before."""
        return float(from_state.state) <= self._over


class PresenceChangedTrigger(OurEntityTrigger):
    """Somebody's presence changed, to one of the option `presence` if given."""

    _domain_specs: Mapping[str, DomainSpec] = {SELECT_DOMAIN: DomainSpec()}
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_PRESENCE): vol.All(
                    cv.ensure_list, [vol.In([presence.value for presence in Presence])]
                )
            }
        }
    )
    translation_key = "presence"

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        """Whether this presence is meant."""
        wanted = cast(list[str], self._options.get(CONF_PRESENCE))
        if not wanted or state.state in wanted:
            return True
        report_not_triggered("presence_did_not_match", wanted=wanted, was=state.state)
        return False
