"""Triggers: what just happened to the targeted extensions, for the numbers, names and outcomes meant; and states."""

from typing import Any, cast, override

from homeassistant.const import CONF_NAME, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .coordinator import YeastarCoordinator
from .triggers.call_facts import facts_of
from .triggers.call_filter import (
    CONF_DID,
    CONF_DIGITS,
    CONF_DIRECTION,
    CONF_MINIMUM_DURATION,
    CONF_NUMBER,
    CONF_OUTCOME,
    FIELDS,
    mismatch,
)
from .triggers.moment_watch import MomentWatch
from .triggers.state_triggers import (
    PresenceChangedTrigger,
    QueueWaitingTrigger,
    TrunkProblemTrigger,
    TrunkRecoveredTrigger,
)
from .yeastar.call_model import Moment, MomentKind

_CALLER = (CONF_NUMBER, CONF_NAME, CONF_DID, CONF_DIRECTION)


class CallTrigger(Trigger):
    """Fires once for every targeted extension and call to which its kind of moment comes."""

    kind: MomentKind
    told: str
    fields: tuple[str, ...]

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate what the automation says."""
        schema = vol.Schema(
            {
                vol.Required(CONF_TARGET): cv.TARGET_FIELDS,
                vol.Optional(CONF_OPTIONS, default={}): {vol.Optional(field): FIELDS[field] for field in cls.fields},
            }
        )
        return cast(ConfigType, schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the target; options left empty mean any call."""
        super().__init__(hass, config)
        self._target = config.target or {}
        self._options = {key: value for key, value in (config.options or {}).items() if value}

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Follow the targeted extensions."""

        @callback
        def happened(coordinator: YeastarCoordinator, moment: Moment) -> None:
            if moment.kind is not self.kind:
                return
            facts = self.facts(coordinator, moment)
            if (option := mismatch(self._options, facts, self._hass.config.country)) is None:
                run_action(facts, f"{self.told} {facts['extension_name'] or moment.extension}".strip())
            elif did_not_trigger is not None:
                did_not_trigger(NotTriggeredInfo(f"{option}_did_not_match", self._explanation(option, facts)))

        return MomentWatch(self._hass, self._target, happened).start()

    def facts(self, coordinator: YeastarCoordinator, moment: Moment) -> dict[str, Any]:
        """Return what the automation is told."""
        return facts_of(coordinator, moment)

    def _explanation(self, option: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Return what was wanted and what came, for the automation's trace."""
        came = facts["talk_duration" if option == CONF_MINIMUM_DURATION else option]
        return {"wanted": self._options[option], "was": came, "call_id": facts["call_id"]}


class CallReceivedTrigger(CallTrigger):
    """The extension is being called."""

    kind, told, fields = MomentKind.INCOMING, "incoming call for", _CALLER


class CallStartedTrigger(CallTrigger):
    """The extension calls somebody."""

    kind, told, fields = MomentKind.OUTGOING, "call from", (CONF_NUMBER, CONF_NAME, CONF_DIRECTION)


class CallAnsweredTrigger(CallTrigger):
    """The extension and the other side talk."""

    kind, told, fields = MomentKind.ANSWERED, "call answered for", _CALLER


class CallEndedTrigger(CallTrigger):
    """The extension's share of a call is over, and how it ended is known."""

    kind, told = MomentKind.ENDED, "call ended for"
    fields = (*_CALLER, CONF_OUTCOME, CONF_MINIMUM_DURATION)


class CallMissedTrigger(CallTrigger):
    """The extension rang, and nobody took the call."""

    kind, told, fields = MomentKind.MISSED, "missed call for", _CALLER


class VoicemailReceivedTrigger(CallTrigger):
    """A call for the extension went to its mailbox."""

    kind, told, fields = MomentKind.VOICEMAIL, "voicemail for", _CALLER


class CallUndecidedTrigger(CallTrigger):
    """The PBX holds a call from outside until it is let in or turned away."""

    kind, told, fields = MomentKind.UNDECIDED, "call to decide about", (CONF_NUMBER, CONF_NAME, CONF_DID)


class KeyPressedTrigger(CallTrigger):
    """Somebody pressed a key during a call."""

    kind, told, fields = MomentKind.DTMF, "key pressed in a call of", (*_CALLER, CONF_DIGITS)

    @override
    def facts(self, coordinator: YeastarCoordinator, moment: Moment) -> dict[str, Any]:
        return {**super().facts(coordinator, moment), "digit": moment.digit, "digits": moment.digits}


TRIGGERS: dict[str, type[Trigger]] = {
    "call_answered": CallAnsweredTrigger,
    "call_ended": CallEndedTrigger,
    "call_missed": CallMissedTrigger,
    "call_received": CallReceivedTrigger,
    "call_started": CallStartedTrigger,
    "call_undecided": CallUndecidedTrigger,
    "key_pressed": KeyPressedTrigger,
    "presence_changed": PresenceChangedTrigger,
    "queue_waiting": QueueWaitingTrigger,
    "trunk_problem": TrunkProblemTrigger,
    "trunk_recovered": TrunkRecoveredTrigger,
    "voicemail_received": VoicemailReceivedTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
