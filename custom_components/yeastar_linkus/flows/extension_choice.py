"""Choosing extensions of a PBX in a form."""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, SelectSelectorMode


def extension_selector(entry: ConfigEntry) -> SelectSelector:
    """Return what one extension is chosen with. While the PBX's list cannot be read, any number may be typed."""
    options = _options(entry)
    return SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN, custom_value=not options)
    )


def extensions_selector(entry: ConfigEntry, chosen: Iterable[str]) -> SelectSelector:
    """Return what several are chosen with; those that were `chosen` stay on the list, whatever the PBX says."""
    return SelectSelector(
        SelectSelectorConfig(options=_options(entry, chosen), multiple=True, mode=SelectSelectorMode.DROPDOWN)
    )


def _options(entry: ConfigEntry, more: Iterable[str] = ()) -> list[SelectOptionDict]:
    known: dict[str, str] = {}
    if entry.state is ConfigEntryState.LOADED:
        known = {number: extension.name for number, extension in entry.runtime_data.data.extensions.items()}
    for number in more:
        known.setdefault(number, "")
    return [SelectOptionDict(value=number, label=f"{number} {name}".strip()) for number, name in known.items()]


def is_extension(text: str) -> bool:
    """Whether it can be the number of an extension."""
    return text.isascii() and text.isdigit() and len(text) <= 16
