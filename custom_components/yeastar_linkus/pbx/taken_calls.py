"""Who took calls that several phones let ring. The rows of one extension do not tell of the others."""

from collections import OrderedDict

REMEMBERED = 500
"""Calls of which it is remembered who took them; a call that is over does not change."""


class TakenCalls(OrderedDict[str, tuple[str, str] | None]):
    """Number and name of who took a call, by the call's id; None: nobody did."""

    def forget_oldest(self) -> None:
        """Keep the latest only."""
        while len(self) > REMEMBERED:
            self.popitem(last=False)
