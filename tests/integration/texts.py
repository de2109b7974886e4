"""Watches a test for texts that the integration shows without having them, or without their variables."""

from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.config_entries import ConfigSubentryFlow, OptionsFlow
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowHandler, section
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.selector import SelectSelector
import pytest

import custom_components.yeastar_linkus as integration

DOMAIN = "yeastar_linkus"
TEXTS: dict[str, Any] = json.loads(
    (Path(integration.__file__).parent / "translations" / "en.json").read_text(encoding="utf-8")
)
# Reasons whose text Home Assistant itself has.
SHARED_REASONS = {"reauth_successful", "reconfigure_successful", "already_in_progress"}


def lookup(*path: str) -> Any:
    node: Any = TEXTS
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


class TextWatch:
    """Collects what is missing; `complaints` must stay empty."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.complaints: list[str] = []
        self._wrap(monkeypatch, FlowHandler, "async_show_form", self._form)
        self._wrap(monkeypatch, FlowHandler, "async_show_menu", self._menu)
        self._wrap(monkeypatch, FlowHandler, "async_abort", self._abort)
        self._wrap(monkeypatch, HomeAssistantError, "__init__", self._error)
        self._wrap(monkeypatch, ActiveConnection, "send_error", self._refusal)
        create = ir.async_create_issue

        def create_issue(hass: HomeAssistant, domain: str, issue_id: str, **options: Any) -> None:
            if domain == DOMAIN:
                self._issue(**options)
            create(hass, domain, issue_id, **options)

        monkeypatch.setattr(ir, "async_create_issue", create_issue)

    @staticmethod
    def _wrap(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, look: Any) -> None:
        real = getattr(owner, name)

        def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
            look(self, *args, **kwargs)
            return real(self, *args, **kwargs)

        monkeypatch.setattr(owner, name, wrapped)

    def _need(self, variables: Mapping[str, Any] | None, *path: str) -> None:
        text = lookup(*path)
        if text is None:
            self.complaints.append(f"no text {'.'.join(path)}")
        elif isinstance(text, str) and (missing := set(re.findall(r"\{(\w+)\}", text)) - set(variables or {})):
            self.complaints.append(f"{'.'.join(path)} wants {sorted(missing)}")

    @staticmethod
    def _area(flow: FlowHandler[Any, Any, Any]) -> tuple[str, ...] | None:
        if not type(flow).__module__.startswith(integration.__name__):
            return None
        if isinstance(flow, RepairsFlow):
            issue = ir.async_get(flow.hass).async_get_issue(DOMAIN, flow.issue_id)
            return ("issues", str(issue and issue.translation_key), "fix_flow")
        if isinstance(flow, OptionsFlow):
            return ("options",)
        if isinstance(flow, ConfigSubentryFlow):
            return ("config_subentries", flow._subentry_type)
        return ("config",)

    def _form(
        self,
        flow: FlowHandler[Any, Any, Any],
        *,
        step_id: str | None = None,
        data_schema: Any = None,
        errors: Mapping[str, str] | None = None,
        description_placeholders: Mapping[str, str] | None = None,
        **_: Any,
    ) -> None:
        if (area := self._area(flow)) is None:
            return
        variables = dict(description_placeholders or {})
        if step_id == "reauth_confirm":
            variables["name"] = ""
        step = (*area, "step", str(step_id))
        self._need(variables, *step, "title")
        for part in ("title", "description"):
            if lookup(*step, part) is not None:
                self._need(variables, *step, part)
        self._fields(variables, step, data_schema)
        for error in (errors or {}).values():
            self._need(variables, *area, "error", error)

    def _fields(self, variables: Mapping[str, Any], step: tuple[str, ...], schema: Any) -> None:
        for key, value in (schema.schema if schema is not None else {}).items():
            name = str(key)
            if isinstance(value, section):
                self._need(variables, *step, "sections", name, "name")
                self._fields(variables, (*step, "sections", name), value.schema)
                continue
            self._need(variables, *step, "data", name)
            self._need(variables, *step, "data_description", name)
            if isinstance(value, SelectSelector) and (word := value.config.get("translation_key")):
                for option in value.config["options"]:
                    self._need({}, "selector", word, "options", str(option))

    def _menu(
        self,
        flow: FlowHandler[Any, Any, Any],
        *,
        step_id: str | None = None,
        menu_options: Any = (),
        description_placeholders: Mapping[str, str] | None = None,
        **_: Any,
    ) -> None:
        if (area := self._area(flow)) is None:
            return
        self._need(description_placeholders, *area, "step", str(step_id), "title")
        for option in menu_options:
            self._need(description_placeholders, *area, "step", str(step_id), "menu_options", option)

    def _abort(
        self,
        flow: FlowHandler[Any, Any, Any],
        *,
        reason: str,
        description_placeholders: Mapping[str, str] | None = None,
        **_: Any,
    ) -> None:
        if (area := self._area(flow)) is not None and reason not in SHARED_REASONS:
            self._need(description_placeholders, *area, "abort", reason)

    def _error(
        self,
        error: HomeAssistantError,
        *args: object,
        translation_domain: str | None = None,
        translation_key: str | None = None,
        translation_placeholders: Mapping[str, str] | None = None,
        **_: Any,
    ) -> None:
        if translation_domain == DOMAIN:
            self._need(translation_placeholders, "exceptions", str(translation_key), "message")

    def _refusal(
        self,
        connection: ActiveConnection,
        msg_id: int,
        code: str,
        message: str,
        translation_key: str | None = None,
        translation_domain: str | None = None,
        translation_placeholders: Mapping[str, Any] | None = None,
    ) -> None:
        if translation_domain == DOMAIN:
            self._need(translation_placeholders, "exceptions", str(translation_key), "message")

    def _issue(
        self,
        *,
        translation_key: str,
        is_fixable: bool,
        translation_placeholders: Mapping[str, str] | None = None,
        **_: Any,
    ) -> None:
        issue = ("issues", translation_key)
        self._need(translation_placeholders, *issue, "title")
        if is_fixable:
            self._need(None, *issue, "fix_flow")
        else:
            self._need(translation_placeholders, *issue, "description")

    def entities(self, hass: HomeAssistant) -> None:
        """Look at every entity there is."""
        for entry in er.async_get(hass).entities.values():
            if entry.platform == DOMAIN and entry.translation_key:
                self._need(None, "entity", entry.domain, entry.translation_key)
                options = (entry.capabilities or {}).get("options") or []
                for option in options:
                    self._need(None, "entity", entry.domain, entry.translation_key, "state", str(option))
