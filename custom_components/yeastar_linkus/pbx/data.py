"""What the poll reads of a PBX."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..yeastar.models import Capacity, Extension, SystemInformation, Trunk
from ..yeastar.queues import Queue


@dataclass(frozen=True, slots=True)
class PbxData:
    """What the poll reads. Calls are not in here: they live in the call book and change with every event."""

    system: SystemInformation | None = None
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    trunks: tuple[Trunk, ...] = ()
    queues: Mapping[str, Queue] = field(default_factory=dict)
    capacity: Capacity | None = None
    # Whether the lists are what there is, or what the API may not see.
    trunks_known: bool = False
    queues_known: bool = False
