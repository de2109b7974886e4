"""axe-core, for any page of any browser that can evaluate a script."""

from pathlib import Path

CARD = Path(__file__).parent.parent

LIBRARY = (CARD / "node_modules" / "axe-core" / "axe.min.js").read_text()
"""Evaluate it once in the page."""

FAULTS = Path(__file__).with_suffix(".js").read_text()
"""A function of an element (or null for the page) that gives a list of texts."""
