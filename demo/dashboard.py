"""What the demo house shows and automates: one dashboard, two scripts, one automation."""

from collections.abc import Sequence

from .session import Json, Session

CARD = "custom:yeastar-linkus-card"
PATH = "house-phone"
URL = f"/{PATH}/phone"

ECHO = "1099"

# The desk phone of the extension rings; when it is picked up, the PBX calls the echo test.
SCRIPTS = f"""\
call_the_echo_test:
  alias: Call the echo test from the desk phone
  icon: mdi:phone-outgoing
  sequence:
    - action: yeastar_linkus.dial
      data:
        extension: "1001"
        number: "{ECHO}"
      response_variable: dialled
    - event: demo_house_dialled
      # As a whole: alone, a call id such as 1763826000.10 would be taken for a number and lose its last zero.
      event_data:
        dialled: "{{{{ dialled }}}}"
"""

AUTOMATIONS = f"""\
- id: doorbell_rings_the_echo_test
  alias: Doorbell calls the echo test
  description: Fire the event demo_house_doorbell (developer tools, events) and Anna's desk phone rings.
  triggers:
    - trigger: event
      event_type: demo_house_doorbell
  actions:
    - action: yeastar_linkus.dial
      data:
        extension: "1001"
        number: "{ECHO}"
  mode: single
"""

FILES = {"scripts.yaml": SCRIPTS, "automations.yaml": AUTOMATIONS}


def heading(text: str, icon: str) -> Json:
    """A section's title."""
    return {"type": "heading", "heading": text, "icon": icon}


def tile(entity_id: str, name: str) -> Json:
    """One entity under a short name."""
    return {"type": "tile", "entity": entity_id, "name": name}


def dashboard(pbx: Sequence[Json]) -> Json:
    """One view in sections: the phone, what the PBX reports, what an automation can do."""
    phone = [heading("Phone", "mdi:phone"), {"type": CARD, "grid_options": {"columns": 12, "rows": "auto"}}]
    automation = [
        heading("Automation", "mdi:robot"),
        {
            "type": "button",
            "entity": "script.call_the_echo_test",
            "show_state": False,
            "tap_action": {"action": "perform-action", "perform_action": "script.call_the_echo_test"},
            "grid_options": {"columns": 12, "rows": 2},
        },
        {"type": "tile", "entity": "automation.doorbell_calls_the_echo_test", "grid_options": {"columns": 12}},
    ]
    sections = [{"type": "grid", "cards": cards} for cards in (phone, [*pbx], automation)]
    return {"title": "Phone", "views": [{"type": "sections", "title": "Phone", "path": "phone", "sections": sections}]}


async def show(owner: Session, pbx: Sequence[Json]) -> None:
    """Create the dashboard in storage mode, or write it anew."""
    boards = await owner.command("lovelace/dashboards/list")
    if not any(board["url_path"] == PATH for board in boards):
        await owner.command(
            "lovelace/dashboards/create",
            url_path=PATH,
            title="Phone",
            icon="mdi:phone",
            show_in_sidebar=True,
            require_admin=False,
            mode="storage",
        )
    await owner.command("lovelace/config/save", url_path=PATH, config=dashboard(pbx))
    await owner.command("frontend/set_system_data", key="core", value={"default_panel": PATH})
