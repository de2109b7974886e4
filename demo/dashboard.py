"""What the demo house shows and automates: the dashboards of docs/dashboards.md, and buttons that make something happen."""

from pathlib import Path
import re

import yaml

from .session import Json, Session

CARD = "custom:yeastar-linkus-card"
PATH = "house-phone"
URL = f"/{PATH}/my-phone"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "dashboards.md"

ECHO = "1099"

# Orders to the emulated PBX; a house with a real one has callers of its own.
REST_COMMANDS = """\
demo_pbx:
  url: "http://127.0.0.1:{control}/{{{{ verb }}}}"
  method: post
  content_type: application/json
  payload: "{{{{ order | to_json }}}}"
"""

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
pick_up_the_desk_phone:
  alias: Pick up Anna's desk phone
  icon: mdi:phone-classic
  sequence:
    - action: rest_command.demo_pbx
      data:
        verb: answer
        order:
          phone: "1001"
somebody_calls:
  alias: Somebody calls Anna
  icon: mdi:phone-incoming
  sequence:
    - action: rest_command.demo_pbx
      data:
        verb: ring
        order:
          to: "1001"
          from: "+493044400001"
          name: Dora Klein
somebody_calls_the_queue:
  alias: Somebody calls the queue
  icon: mdi:account-group
  sequence:
    - action: rest_command.demo_pbx
      data:
        verb: ring
        order:
          to: "6500"
          from: "+491715550002"
          name: Emil Novak
somebody_is_at_the_door:
  alias: Somebody rings at the door
  icon: mdi:doorbell-video
  sequence:
    - action: rest_command.demo_pbx
      data:
        verb: dial
        order:
          phone: "1010"
          number: "1001"
open_the_front_door:
  alias: Open the front door
  icon: mdi:door-open
  mode: restart
  sequence:
    - action: input_boolean.turn_on
      target:
        entity_id: input_boolean.front_door
    - delay: 5
    - action: input_boolean.turn_off
      target:
        entity_id: input_boolean.front_door
"""

INPUT_BOOLEANS = """\
front_door:
  name: Front door is open
  icon: mdi:door
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

TRY = {
    "my-phone": ("somebody_calls", "somebody_is_at_the_door", "call_the_echo_test", "pick_up_the_desk_phone"),
    "reception": ("somebody_calls_the_queue", "somebody_calls"),
    "door": ("somebody_is_at_the_door",),
}


def files(control: int) -> dict[str, str]:
    """The configuration's files by name; ``control`` is the port of the PBX's control door."""
    return {
        "rest_commands.yaml": REST_COMMANDS.format(control=control),
        "scripts.yaml": SCRIPTS,
        "automations.yaml": AUTOMATIONS,
        "input_booleans.yaml": INPUT_BOOLEANS,
    }


def documented() -> list[Json]:
    """The views that docs/dashboards.md shows, in its order."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [yaml.safe_load(block) for block in blocks]


def button(script: str) -> Json:
    """A button that runs a script."""
    return {
        "type": "tile",
        "entity": f"script.{script}",
        "hide_state": True,
        "tap_action": {"action": "perform-action", "perform_action": f"script.{script}"},
        "icon_tap_action": {"action": "perform-action", "perform_action": f"script.{script}"},
        "grid_options": {"columns": 12},
    }


def dashboard() -> Json:
    """The documented views; where something can be made to happen, a section with its buttons."""
    views = documented()
    for view in views:
        if scripts := TRY.get(view["path"]):
            cards = [
                {"type": "heading", "heading": "Try it", "icon": "mdi:gesture-tap-button"},
                *map(button, scripts),
            ]
            view["sections"].append({"type": "grid", "cards": cards})
    return {"title": "Phone", "views": views}


async def show(owner: Session) -> None:
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
    await owner.command("lovelace/config/save", url_path=PATH, config=dashboard())
    await owner.command("frontend/set_system_data", key="core", value={"default_panel": PATH})
