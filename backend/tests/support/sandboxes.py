"""Which sandbox tests run scripts in."""

from pathlib import Path

from dollarclub.scripts.sandbox.probe import choose
from dollarclub.scripts.sandbox.spec import SandboxUnavailable


def strongest(runtime: Path) -> str:
    """The name of the strongest tier that this machine allows, `off` when it allows none."""
    try:
        return choose("auto", runtime).report.tier.value
    except SandboxUnavailable:
        return "off"
