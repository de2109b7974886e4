"""What work costs, counted in instructions of the interpreter, which no busy machine changes."""

from collections.abc import Callable
from itertools import count
import sys

TOOL = sys.monitoring.PROFILER_ID


def instructions(work: Callable[[], object]) -> int:
    """Return how many instructions the work took."""
    counted = count()
    monitoring = sys.monitoring
    monitoring.use_tool_id(TOOL, "cost")
    try:
        monitoring.register_callback(TOOL, monitoring.events.INSTRUCTION, lambda code, offset: next(counted))
        monitoring.set_events(TOOL, monitoring.events.INSTRUCTION)
        work()
        monitoring.set_events(TOOL, 0)
    finally:
        monitoring.free_tool_id(TOOL)
    return next(counted)
