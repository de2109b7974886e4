"""What exists once for all PBXs: the served card, the SDK's files, the leases, what users noted, how calls sounded."""

from dataclasses import dataclass

from homeassistant.util.hass_dict import HassKey

from .browser.call_quality import QualityDesk
from .browser.card import CardBuild
from .browser.sdk import SdkFiles
from .browser.softphone import LeaseBook
from .const import DOMAIN
from .pbx.memory import Memory


@dataclass(frozen=True, slots=True)
class Shared:
    """Lives as long as Home Assistant runs; everything of one PBX is in its entry's `runtime_data`."""

    version: str
    card: CardBuild | None
    sdk: SdkFiles
    leases: LeaseBook
    memory: Memory
    qualities: QualityDesk


SHARED: HassKey[Shared] = HassKey(DOMAIN)
