"""An emulated Yeastar P-Series PBX for demos and tests.

Written from the vendor's public documentation and public live captures, and from nothing of the integration. Start with
:class:`emulator.pbx.EmulatedPbx` or ``python -m emulator serve``.
"""

from .house import House, PbxConfig, demo_house
from .knobs import Knobs
from .pbx import EmulatedPbx

__all__ = ["EmulatedPbx", "House", "Knobs", "PbxConfig", "demo_house"]
