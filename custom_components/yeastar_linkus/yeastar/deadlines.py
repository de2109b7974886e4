"""Which of many things is due next, found without looking at all of them."""

from collections.abc import Iterator
from heapq import heappop, heappush


class Deadlines:
    """When each thing is due, in Unix seconds. Setting, and finding the next, cost next to the same however many there are."""

    def __init__(self) -> None:
        """Start without any."""
        self._when: dict[str, float] = {}
        # Entries that are outdated are passed over when they come to the front.
        self._order: list[tuple[float, str]] = []

    def set(self, key: str, when: float | None) -> None:
        """Plan, plan anew, or with None call off."""
        if when is None:
            self._when.pop(key, None)
        elif self._when.get(key) != when:
            self._when[key] = when
            heappush(self._order, (when, key))

    @property
    def next(self) -> float | None:
        """When the next one is due; None while nothing is."""
        order = self._order
        while order and self._when.get(order[0][1]) != order[0][0]:
            heappop(order)
        return order[0][0] if order else None

    def due(self, at: float) -> Iterator[str]:
        """Take out what is due, the earliest first."""
        while (when := self.next) is not None and when <= at:
            key = heappop(self._order)[1]
            del self._when[key]
            yield key
