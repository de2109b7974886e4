"""What exists once for all PBXs: the served card, the SDK's files, the leases, what users noted, how calls sounded."""

from dataclasses import dataclass

from .call_quality import QualityDesk
from .card import CardBuild
from .memory import Memory
from .sdk import SdkFiles
from .softphone import LeaseBook


@dataclass(frozen=True, slots=True)
class Shared:
    """Lives as long as Home Assistant runs; everything of one PBX is in its entry's `runtime_data`."""

    version: str
    card: CardBuild | None
    sdk: SdkFiles
    leases: LeaseBook
    memory: Memory
    qualities: QualityDesk
