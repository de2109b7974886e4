"""Walking Home Assistant's data entry flows as its dialogs do: step by step, over REST."""

from collections.abc import Callable, Mapping
from typing import Any

from .conditions import until
from .session import Json, Session

CONFIG = "/api/config/config_entries/flow"
OPTIONS = "/api/config/config_entries/options/flow"
SUBENTRIES = "/api/config/config_entries/subentries/flow"

type Answer = Json | Callable[[Json], Json]


class FlowFailed(Exception):
    """A step refused its input, or asked something nobody answers here."""


def fields(step: Json) -> dict[str, Json]:
    """The fields of a form by name, as the dialog gets them; those of sections too."""
    found: dict[str, Json] = {}
    for field in step["data_schema"] or []:
        found[field["name"]] = field
        for inner in field.get("schema", []) if field.get("type") == "expandable" else []:
            found[inner["name"]] = inner
    return found


async def walk(session: Session, kind: str, start: Json, answers: Mapping[str, Answer]) -> Json:
    """Start a flow and answer each form or menu from ``answers`` (by step id) until it ends; returns its last step.

    An answer may be made from the step that asks. Raises ``FlowFailed`` for an error, an abort or an unknown question.
    """
    step: Json = await session.rest("POST", kind, start)
    asked: list[str] = []
    while step["type"] not in ("create_entry", "abort"):
        if step["type"] in ("progress", "progress_done", "show_progress", "show_progress_done"):
            step = await _progressed(session, kind, step)
            continue
        name = step["step_id"]
        if step.get("errors"):
            raise FlowFailed(f"step {name}: {step['errors']} ({step.get('description_placeholders')})")
        if name not in answers or asked.count(name) > 1:
            raise FlowFailed(f"nobody answers step {name}: {step}")
        asked.append(name)
        answer = answers[name]
        step = await session.rest("POST", f"{kind}/{step['flow_id']}", answer(step) if callable(answer) else answer)
    if step["type"] == "abort" and not str(step["reason"]).endswith("_successful"):
        raise FlowFailed(f"aborted: {step['reason']} ({step.get('description_placeholders')})")
    return step


async def _progressed(session: Session, kind: str, step: Json) -> Json:
    async def next_step() -> Json | None:
        seen: Json = await session.rest("GET", f"{kind}/{step['flow_id']}")
        return None if seen["type"] == "progress" else seen

    return await until(next_step, f"the flow to go on after {step.get('progress_action')}", limit=60)


def choose(step: str) -> Any:
    """The answer to a menu."""
    return {"next_step_id": step}
