"""The stand-in for the Linkus SDK for Web and for its official UI, for machines that do not have the real ones.

A script on JsSIP with the documented interface and the same requests on the wire, written from what is publicly known about
them. It is built when first asked for and is never part of the integration.
"""

from pathlib import Path
import subprocess

_HERE = Path(__file__).parent
_BUILT = _HERE / "dist" / "linkus-standin.js"
_SECONDS = 300


class BuildFailed(RuntimeError):
    """The script could not be built; the text says what its build said."""


def path() -> Path:
    """The built script, built anew when it is missing or older than its source. Blocking; needs Node and npm."""
    _build_if_needed()
    return _BUILT


def ui_folder() -> Path:
    """The folder with a script and a style sheet that stand in for the official UI's. Blocking; needs Node and npm."""
    _build_if_needed()
    return _BUILT.parent / "ui"


def _build_if_needed() -> None:
    sources = [*(_HERE / "src").iterdir(), _HERE / "package-lock.json", _HERE / "build"]
    if not _BUILT.exists() or any(source.stat().st_mtime > _BUILT.stat().st_mtime for source in sources):
        done = subprocess.run(  # noqa: S603 - our own script, no arguments
            [str(_HERE / "build")], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode:
            raise BuildFailed(done.stderr or done.stdout)
