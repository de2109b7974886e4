"""What a browser fetches before the card is painted for the first time: from the files as they are committed."""

import json
from pathlib import Path
import re

from custom_components import yeastar_linkus
from tests.bench.rows import Row

SUBJECT = "card, from the built files"
FOLDER = Path(yeastar_linkus.__file__).parent / "www"
STATIC_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["']\./([^"']+)["']""")
LIMIT = 30_720


def closure(name: str) -> set[str]:
    """A file and all that it cannot do without."""
    found, todo = set[str](), [name]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += STATIC_IMPORT.findall((FOLDER / one).read_text(encoding="utf-8"))
    return found


def packed(names: set[str]) -> int:
    return sum((FOLDER / f"{name}.gz").stat().st_size for name in names)


def test_first_paint(rows: list[Row]) -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    page, card = closure(manifest["page"]), closure(manifest["card"])
    everything = {name for name in manifest["files"] if name.endswith(".js")}
    assert page
    assert card <= everything
    first = page | card
    rows += [
        Row(SUBJECT, "requests before first paint", len(first)),
        Row(SUBJECT, "compressed bytes of the card with its imports", packed(card), "B", at_most=LIMIT),
        Row(SUBJECT, "compressed bytes on a page without a card", packed(page), "B"),
        Row(SUBJECT, "of all the script there is", packed(first) / packed(everything)),
    ]
