"""What must hold of every sequence of events: nobody is told the end of a call twice without having been in it again."""

from collections.abc import Iterable, Mapping

from custom_components.yeastar_linkus.yeastar import Call, Moment, MomentKind

_IN_IT = {MomentKind.INCOMING, MomentKind.OUTGOING, MomentKind.ANSWERED}


class Ends:
    """Who was told the end of which call."""

    def __init__(self) -> None:
        self._over: set[tuple[str, str]] = set()

    def note(self, moments: Iterable[Moment], calls: Mapping[str, Call]) -> None:
        """Take what was told, and the calls that are known now: what is forgotten may begin anew."""
        for moment in moments:
            share = (moment.call.id, moment.extension)
            if moment.kind in _IN_IT:
                self._over.discard(share)
            elif moment.kind is MomentKind.ENDED:
                assert share not in self._over, moment
                self._over.add(share)
        self._over = {share for share in self._over if share[0] in calls}
