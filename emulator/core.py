"""What a PBX is made of: its configuration, its switchboard, its history, its tokens, the events that go out.

The doors (Open API, events, the web client) and the simulated telephones are built around it in ``pbx.py``.
"""

from typing import Any

from . import conference, routing
from .archive import Archive
from .books import Books
from .clock import Clock, SystemClock
from .delivery import Delivery
from .events import Events
from .facts import CallRecorded, Fact, PresenceChanged, Raw, TrunkChanged
from .history import History
from .house import PRESENCES, House, demo_house
from .knobs import Knobs
from .legs import Call
from .switchboard import Switchboard
from .tokens import Guard, Signatures, Tokens
from .wall import Wall


class Core:
    """One PBX without doors."""

    def __init__(self, house: House | None, clock: Clock | None, knobs: Knobs | None) -> None:
        self.house = house or demo_house()
        if knobs is not None:
            self.house.knobs = knobs
        self.clock = clock or SystemClock()
        self.wall = Wall(self.house)
        self.started_at = self.clock.now()
        self.tokens = Tokens(self.house, self.clock)
        self.signatures = Signatures(self.clock)
        self.guard = Guard(self.house, self.clock)
        self.books = Books(self.clock)
        self.history = History(self.house, self.wall)
        self.archive = Archive(self.house, self.clock)
        self.events = Events(self.house, self.books, self.history)
        self.delivery = Delivery(self.house, self.clock, self.events)
        self.events.sinks.append(self.delivery.send)
        self.switchboard = self.new_switchboard()

    @property
    def knobs(self) -> Knobs:
        """The unsettled readings; may be changed at any time."""
        return self.house.knobs

    def new_switchboard(self) -> Switchboard:
        """A switchboard without calls, whose facts are heard."""
        board = Switchboard(self.house, self.clock)
        board.listeners += [self._keep_history, self.books.note, self.events.take]
        return board

    def _keep_history(self, fact: Fact) -> None:
        if isinstance(fact, CallRecorded):
            self.archive.take(fact.call)
            self.history.add(fact.call)

    def dial(self, caller: str, callee: str, *, permission: str = "", auto_answer: bool = False) -> Call:
        """Ring the caller's phones first, then dial for it, as ``call/dial`` does."""
        board, house = self.switchboard, self.house
        entry = house.extension(caller)
        call = board.new_call("Internal", caller, entry.name if entry else "", callee)
        call.permission = permission
        if entry is None and house.knobs.external_caller == "ignored":
            del board.calls[call.id]
            return call
        board.start_routing(call, routing.dial(board, call, caller, callee, auto_answer=auto_answer))
        return call

    def play_prompts(self, number: str, prompts: list[str], count: int = 1, *, auto_answer: bool = False) -> Call:
        """Ring a number and play prompts to it, as ``call/play_prompt`` does."""
        call = self.switchboard.new_call("Internal", "", "", number)
        call.auto_answer = auto_answer
        self.switchboard.start_routing(call, conference.play_prompts(self.switchboard, call, number, prompts, count))
        return call

    def set_presence(self, number: str, presence: str, *, echo: bool = True) -> None:
        """Change an extension's presence, as its user would."""
        extension = self.house.extension(number)
        if extension is None or presence not in PRESENCES:
            raise LookupError(f"No extension {number} or no presence {presence}")
        if extension.presence != presence:
            extension.presence = presence
            if echo:
                self.switchboard.tell(PresenceChanged(number, presence))

    def set_trunk_status(self, name: str, status: int) -> None:
        """Change a trunk's status code."""
        trunk = self.house.trunk(name)
        if trunk is None:
            raise LookupError(f"No trunk {name}")
        if trunk.status != status:
            trunk.status = status
            self.switchboard.tell(TrunkChanged(name, "PJSIP", status, trunk.host_port))

    def event(self, number: int, msg: dict[str, Any] | None = None) -> None:
        """Send any event."""
        self.switchboard.tell(Raw(number, msg or {}))
