"""Which branches of the integration were taken for the first time: what makes an input worth keeping."""

from collections.abc import Iterator
from contextlib import contextmanager
import sys
from types import CodeType

_TOOL = sys.monitoring.COVERAGE_ID
_EVENTS = sys.monitoring.events.BRANCH_LEFT | sys.monitoring.events.BRANCH_RIGHT | sys.monitoring.events.PY_START
_OURS = "custom_components/yeastar_linkus/"


class Reach:
    """Counts new branches. Each is told once and then costs nothing, so a run is as fast as without."""

    def __init__(self) -> None:
        self.seen = 0

    def _branch(self, code: CodeType, start: int, end: int) -> object:
        self.seen += _OURS in code.co_filename
        return sys.monitoring.DISABLE

    def _start(self, code: CodeType, offset: int) -> object:
        self.seen += _OURS in code.co_filename
        return sys.monitoring.DISABLE


@contextmanager
def watched() -> Iterator[Reach]:
    """Watch while it lasts; without guidance where something else (coverage) watches already."""
    reach = Reach()
    if sys.monitoring.get_tool(_TOOL) is not None:
        yield reach
        return
    sys.monitoring.use_tool_id(_TOOL, "fuzz")
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.BRANCH_LEFT, reach._branch)
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.BRANCH_RIGHT, reach._branch)
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_START, reach._start)
    sys.monitoring.set_events(_TOOL, _EVENTS)
    sys.monitoring.restart_events()
    try:
        yield reach
    finally:
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.free_tool_id(_TOOL)
