"""What the poll reads of a PBX."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..yeastar.models import Capacity, Extension, SystemInformation, Trunk
from ..yeastar.queues import Queue
from ..yeastar.voicemail import GroupMailbox
from ..yeastar.wall_clock import WallClock


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
    group_mailboxes: Mapping[str, GroupMailbox] = field(default_factory=dict)
    group_mailboxes_known: bool = False

    @property
    def wall(self) -> WallClock:
        """How the PBX writes local times; the usual way while it did not tell."""
        return self.system.wall if self.system else WallClock()
