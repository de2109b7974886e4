"""Phone numbers: what a text dials and may reach, which numbers are meant, what all spellings of one share."""

from typing import Final

SHORTEST_PUBLIC_NUMBER: Final = 7
"""What is shorter may be an extension, a feature code or a group of the PBX, whatever the country's numbering plan says."""
