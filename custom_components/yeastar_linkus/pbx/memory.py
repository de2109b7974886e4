"""What Home Assistant keeps for the users of a PBX: favourites, notes on calls, and how calls sounded."""

import time
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN

NOTE_LENGTH = 2000
# Of one extension. The oldest note goes when there are more.
NOTES = 2000
# Likewise.
QUALITIES = 500
# Of one user at one PBX.
FAVOURITES = 200
SAVE_SECONDS = 5

type _Kept = dict[str, dict[str, dict[str, Any]]]


class Memory:
    """Favourites by PBX (config entry) and user, notes and qualities by PBX, extension and call.

    Read once, written a little later.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare; `async_load` reads what was kept."""
        self._store: Store[dict[str, _Kept]] = Store(hass, 1, f"{DOMAIN}.memory", private=True)
        self._favourites: _Kept = {}
        self._notes: _Kept = {}
        self._qualities: _Kept = {}

    async def async_load(self) -> None:
        """Read what was kept."""
        kept = await self._store.async_load() or {}
        self._favourites = kept.get("favourites", {})
        self._notes = kept.get("notes", {})
        self._qualities = kept.get("qualities", {})

    def favourites(self, entry_id: str, user_id: str) -> frozenset[str]:
        """Return the ids of the people whom the user calls often."""
        return frozenset(self._favourites.get(entry_id, {}).get(user_id, ()))

    @callback
    def set_favourite(self, entry_id: str, user_id: str, person_id: str, favourite: bool) -> bool:
        """Keep or drop a favourite. False when the user has too many."""
        mine = self._favourites.setdefault(entry_id, {}).setdefault(user_id, {})
        if not favourite:
            mine.pop(person_id, None)
        elif len(mine) >= FAVOURITES and person_id not in mine:
            return False
        else:
            mine[person_id] = True
        self._save()
        return True

    def note(self, entry_id: str, extension: str, call_id: str) -> str:
        """Return the extension's note on a call, empty without one."""
        found = self._notes.get(entry_id, {}).get(extension, {}).get(call_id)
        return str(found["text"]) if found else ""

    @callback
    def set_note(self, entry_id: str, extension: str, call_id: str, text: str) -> None:
        """Keep an extension's note on a call; an empty one is dropped. It is that extension's own, like its history."""
        notes = self._notes.setdefault(entry_id, {}).setdefault(extension, {})
        notes.pop(call_id, None)
        if text:
            notes[call_id] = {"text": text[:NOTE_LENGTH], "at": int(time.time())}
            if len(notes) > NOTES:
                del notes[next(iter(notes))]
        self._save()

    def quality(self, entry_id: str, extension: str, call_id: str) -> dict[str, Any] | None:
        """Return how a call sounded at that extension's browser; None when no browser told."""
        found: dict[str, Any] | None = self._qualities.get(entry_id, {}).get(extension, {}).get(call_id)
        return found

    def last_quality(self, entry_id: str, extension: str) -> dict[str, Any] | None:
        """Return how the last call sounded of which the extension's browser told."""
        kept = self._qualities.get(entry_id, {}).get(extension)
        return next(reversed(kept.values())) if kept else None

    @callback
    def set_quality(self, entry_id: str, extension: str, call_id: str, quality: dict[str, Any]) -> None:
        """Keep how a call sounded at an extension's browser."""
        kept = self._qualities.setdefault(entry_id, {}).setdefault(extension, {})
        kept.pop(call_id, None)
        kept[call_id] = quality
        if len(kept) > QUALITIES:
            del kept[next(iter(kept))]
        self._save()

    @callback
    def forget(self, entry_id: str) -> None:
        """The PBX was removed."""
        if [kept for kept in (self._favourites, self._notes, self._qualities) if kept.pop(entry_id, None)]:
            self._save()

    async def async_remove(self) -> None:
        """Delete the file: the last PBX is gone, and what was kept of it."""
        await self._store.async_remove()

    @callback
    def _save(self) -> None:
        self._store.async_delay_save(
            lambda: {"favourites": self._favourites, "notes": self._notes, "qualities": self._qualities}, SAVE_SECONDS
        )
