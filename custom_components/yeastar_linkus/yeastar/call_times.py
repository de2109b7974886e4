"""How long a call is waited for, and kept when it is over. Times in seconds, Unix seconds where they are moments."""

from typing import Final

from .call_record import CallRecord

RECORD_WAIT: Final = 5.0
"""How long a call that everybody left waits for its record (30012), in seconds."""
STAGE_WAIT: Final = 1.0
"""How long a call whose record says that nobody took it waits for the record of a next stage, such as voicemail."""
DOUBT_WAIT: Final = 20.0
"""How long a call goes on after a record that nobody could interpret, unless verified."""
KEEP: Final = 60.0
"""How long an ended call stays known, in seconds."""


def waits_until(record: CallRecord) -> float | None:
    """When a call is settled without what it waits for; None while it waits for nothing."""
    if record.over_at is None:
        return None if record.closing_at is None else record.closing_at + DOUBT_WAIT
    if record.settled:
        return None
    return record.over_at + (STAGE_WAIT if record.rows else RECORD_WAIT)


def kept_until(record: CallRecord) -> float | None:
    """When a settled call is forgotten; None for one that is not settled."""
    return record.over_at + KEEP if record.settled and record.over_at is not None else None
