"""The readings of the protocol that nobody has settled, each as a switch, plus limits that tests may shrink.

The defaults follow the vendor's documentation where it speaks, the public live captures elsewhere. A client must end
in the right state under every value.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Knobs:
    """How this PBX reads the unsettled points. May be changed while the PBX runs."""

    # What 30011 carries: every member of the call, or only those whose status changed.
    members: Literal["all", "changed"] = "all"
    # Who shows BYE at the end: the party that hung up, every member in turn, or nobody (only 30012 comes).
    bye: Literal["hanger", "each", "none"] = "hanger"
    # Which member HOLD marks: the one who is held, or the one who holds.
    hold_marks: Literal["held", "holder"] = "held"
    # 30011 of a call over a trunk whose call monitor is off: without the trunk's member, or not at all.
    unmonitored_trunk: Literal["omit_member", "no_event"] = "omit_member"
    # Whether 30011 of a call between extensions needs the call monitor of one of them.
    internal_calls_need_monitor: bool = False
    # An extension with several ringing devices: one member each, or one for all.
    member_per_device: bool = False
    # The status of the calling extension while its own phone rings after call/dial.
    dial_caller_status: Literal["RING", "ALERT"] = "RING"
    # Whether a transfer through the API is reported by 30013.
    report_api_transfers: bool = True
    # 30012: one for the call, or one for each routing stage.
    cdr: Literal["per_call", "per_stage"] = "per_call"
    # Whether each CDR row is also told as event 30039 (the PBX's Timeline feature).
    timeline: bool = False
    # Whether 30012 says ABANDONED when a caller leaves a queue.
    abandoned: bool = True
    # 30015: members of the failed party, of the whole call, or null.
    failure_members: Literal["extension", "all", "null"] = "extension"
    reason_not_found: str = "404 NOT found"
    # Events whose envelope has no sn.
    without_sn: frozenset[int] = frozenset({30022, 30023, 30025, 30026, 30027, 30028})
    # msg: a JSON text in a string, an object, or as the vendor's samples print it.
    msg: Literal["string", "object", "documented"] = "string"
    # After the 10004 frame on the event WebSocket: close, or stay silent.
    expired_socket: Literal["close", "silent"] = "close"
    # refresh_token frees the old access token, or takes another of the eight slots.
    refresh_replaces: bool = True
    spent_refresh_errcode: int = 10004
    # get_token makes the earlier tokens of the same pair invalid.
    get_token_revokes: bool = False
    # Tokens of both credential pairs count against one limit.
    shared_token_limit: bool = False
    # sign/create with a token of the API's pair.
    api_token_signs: bool = False
    # expire_time of sign/create: Unix seconds, or seconds from now.
    sign_expire: Literal["unix", "duration"] = "unix"
    # What a web client's login with a wrong or expired signature is answered.
    refused_login_errcode: int = 20002
    # *_status_monitor/update changes only the listed entries, or switches everything else off.
    monitor_update: Literal["merge", "replace"] = "merge"
    # extension/update of the presence is told as 30009.
    presence_echo: bool = True
    # Events that this firmware knows (None: all); a list of wanted events with another one in it is refused.
    known_events: frozenset[int] | None = None
    # An outside number as caller of call/dial: called first, or accepted and forgotten.
    external_caller: Literal["called", "ignored"] = "called"
    # Where webhook/query puts its answer.
    webhook_query: Literal["data", "top"] = "data"
    # The call id after an attended transfer by the phone: of the first call, or of the consultation.
    transfer_keeps: Literal["first", "consultation"] = "first"

    # call/transfer without dial_permission is refused (one edition of the guide calls it required).
    transfer_needs_permission: bool = True
    # Which of queue/call_status and queue/agent_status answer 60001 while nobody waits or talks in the queue.
    idle_queue: Literal["both", "calls", "none"] = "both"
    # Whether a link gives parts of a file (Range), or always the whole.
    download_ranges: bool = False
    # Whether a ring group's or queue's phones that rang in vain have rows of their own in the call records.
    rows_of_ringing: bool = False
    # A formatted time in cdr/search is refused with 40002, as seen on a live PBX; the guide allows it.
    formatted_times: bool = False

    token_limit: int = 8
    token_seconds: int = 1800
    refresh_seconds: int = 86400
    strikes: int = 5
    block_seconds: int = 600
    socket_idle_seconds: float = 60
    inbound_decision_seconds: float = 10
    webhook_retry_spacing: float = 1.0
    download_seconds: int = 1800
    # Endpoints this PBX lacks (10001) and resources the API application may not use (10005), e.g. {"cdr"}.
    absent: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    # Errcodes to answer instead of the real thing, by path ("call/dial": -2).
    fail_with: dict[str, int] = field(default_factory=dict)
    # Seconds to wait before answering a path ("*" for all).
    slow: dict[str, float] = field(default_factory=dict)
