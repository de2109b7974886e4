"""Sentences of the logbook and of Assist, which Home Assistant does not translate by itself."""

from pathlib import Path
from typing import Final

from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent, translation
from homeassistant.util import language as language_tags

from .const import DOMAIN

_ENGLISH: Final = "en"
_AREA: Final = "common"
# Read when the module is imported, which is outside of the event loop.
_LANGUAGES: Final = frozenset(path.stem for path in (Path(__file__).parent / "translations").glob("*.json"))


async def async_load_wording(hass: HomeAssistant, language: str) -> None:
    """Have the sentences at hand in a language, or in what is nearest to it."""
    await translation.async_get_translations(hass, _nearest(language), _AREA, {DOMAIN})


@callback
def wording(hass: HomeAssistant, language: str, key: str, **values: object) -> str:
    """Return a sentence in that language if it is at hand, else in English."""
    for found in (_nearest(language), _ENGLISH):
        texts = translation.async_get_cached_translations(hass, found, _AREA, DOMAIN)
        if (text := texts.get(f"component.{DOMAIN}.{_AREA}.{key}")) is not None:
            return text.format(**values)
    return key


def say(intent_obj: intent.Intent, key: str, **values: object) -> str:
    """Return what Assist says, in the language of the speaker."""
    return wording(intent_obj.hass, intent_obj.language, f"say_{key}", **values)


def _nearest(language: str) -> str:
    found = [] if language == MATCH_ALL else language_tags.matches(language, _LANGUAGES)
    return found[0] if found else _ENGLISH
