"""What Assist says, in English and German. Integrations cannot ship response templates for intents of their own."""

from typing import Final

_ENGLISH: Final = {
    "no_phone": "You have no phone on a PBX here.",
    "pbx_fails": "The PBX does not do that.",
    "nobody": "I do not find {name}.",
    "which": "Which one: {names}?",
    "calling": "Calling {name}. Pick up your phone.",
    "confirm": "{name} is an outside number: {number}. Shall I call?",
    "dialing_off": "Assist may not make calls here. The options of the PBX can allow it.",
    "only_colleagues": "{name} is an outside number, which nobody can confirm from here.",
    "nothing_to_confirm": "There is nothing to confirm.",
    "hung_up": "Hung up.",
    "no_call": "You have no call.",
    "no_missed": "You missed no call today.",
    "missed": "You missed {count} today: {names}.",
    "no_caller": "Nobody has called you.",
    "last_caller": "{name} called at {time}.",
    "free": "{name} is free.",
    "busy": "{name} is in a call.",
    "absent": "{name} is not available.",
    "presence": "Done.",
    "no_messages": "You have no new messages.",
    "messages": "You have {count} new messages, from {names}.",
}
_GERMAN: Final = {
    "no_phone": "Du hast hier kein Telefon an einer Telefonanlage.",
    "pbx_fails": "Das macht die Telefonanlage nicht.",
    "nobody": "Ich finde {name} nicht.",
    "which": "Wen meinst du: {names}?",
    "calling": "Ich rufe {name} an. Nimm dein Telefon ab.",
    "confirm": "{name} ist eine Nummer außerhalb: {number}. Soll ich anrufen?",
    "dialing_off": "Assist darf hier nicht anrufen. Das lässt sich in den Optionen der Telefonanlage erlauben.",
    "only_colleagues": "{name} ist eine Nummer außerhalb, die von hier aus niemand bestätigen kann.",
    "nothing_to_confirm": "Es gibt nichts zu bestätigen.",
    "hung_up": "Aufgelegt.",
    "no_call": "Du führst kein Gespräch.",
    "no_missed": "Du hast heute keinen Anruf verpasst.",
    "missed": "Du hast heute {count} verpasst: {names}.",
    "no_caller": "Es hat dich niemand angerufen.",
    "last_caller": "{name} hat um {time} angerufen.",
    "free": "{name} ist frei.",
    "busy": "{name} telefoniert gerade.",
    "absent": "{name} ist nicht verfügbar.",
    "presence": "Erledigt.",
    "no_messages": "Du hast keine neuen Nachrichten.",
    "messages": "Du hast {count} neue Nachrichten, von {names}.",
}


def say(language: str, key: str, **values: object) -> str:
    """Return a sentence in German to German speakers, in English to everybody else."""
    return (_GERMAN if language.split("-", maxsplit=1)[0] == "de" else _ENGLISH)[key].format(**values)
