"""What Home Assistant was told about calls, beside what the PBX knows to be true."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from custom_components.yeastar_linkus.coordinator import YeastarCoordinator
from custom_components.yeastar_linkus.yeastar.call_model import Moment, MomentKind
from tests.integration.soak.traffic import Made


@dataclass(slots=True)
class Findings:
    """What is wrong with the calls of one check; all empty when nothing is."""

    checked: int = 0
    hanging: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    told_twice: list[str] = field(default_factory=list)
    several_outcomes: list[str] = field(default_factory=list)
    other_outcome: list[str] = field(default_factory=list)
    """Every event of the call arrived, and yet the outcome is not the true one."""
    incomplete: int = 0
    """Calls of which an event was lost."""
    guessed: Counter[str] = field(default_factory=Counter)
    """What such calls were taken for where it is not the truth: the lost event was the one that told it."""
    unheard: int = 0
    """Calls of which nothing arrived."""
    missed: Counter[str] = field(default_factory=Counter)
    """Missed calls that there truly were, by extension."""

    def add(self, other: Findings) -> None:
        """Take the findings of another check too."""
        for entry in fields(self):
            setattr(self, entry.name, getattr(self, entry.name) + getattr(other, entry.name))

    def lists(self) -> dict[str, list[str]]:
        """What is wrong, by kind."""
        found = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: value for name, value in found.items() if isinstance(value, list)}

    def examples(self) -> dict[str, list[str]]:
        """Some of what is wrong, by kind."""
        return {name: value[:20] for name, value in self.lists().items()}


class Ledger:
    """Notes the end of each call, as automations and the call log are told of it."""

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Begin to listen."""
        self._coordinator = coordinator
        self._ends: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._outcomes: defaultdict[str, set[str]] = defaultdict(set)
        self.moments: Counter[str] = Counter()
        self.stop = coordinator.async_listen_moments(None, self._note)

    def _note(self, moment: Moment) -> None:
        self.moments[moment.kind.value] += 1
        if moment.kind is MomentKind.ENDED:
            self._ends[moment.call.id][moment.extension] += 1
            self._outcomes[moment.call.id].add(str(moment.call.outcome))

    def check(self, calls: Iterable[Made], heard: Counter[str], incomplete: set[str]) -> Findings:
        """Compare calls that are over with what was told of them, and forget both."""
        found = Findings()
        book = self._coordinator.book
        for made in calls:
            call_id = made.call.id
            found.checked += 1
            if made.missed_by:
                found.missed[made.missed_by] += 1
            about = f"{call_id} {made.call.caller_number}>{made.call.callee_number} {sorted(made.right)}"
            ends = self._ends.pop(call_id, Counter())
            outcomes = self._outcomes.pop(call_id, set())
            if (known := book.calls.get(call_id)) is not None and known.active:
                found.hanging.append(about)
            if not heard.pop(call_id, 0):
                found.unheard += 1
                if not ends:
                    continue
            if not ends:
                found.untold.append(about)
            elif max(ends.values()) > 1:
                found.told_twice.append(f"{about} {dict(ends)}")
            if len(outcomes - {"None"}) > 1:
                found.several_outcomes.append(f"{about} told {sorted(outcomes)}")
            elif ends and not outcomes & made.right:
                if call_id in incomplete:
                    found.guessed[f"{min(made.right)} as {min(outcomes)}"] += 1
                else:
                    found.other_outcome.append(f"{about} told {sorted(outcomes)}")
        found.incomplete = len(incomplete)
        incomplete.clear()
        return found
