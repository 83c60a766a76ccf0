"""The locks satisfy what `pyproject.toml` declares; needs no network."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

BACKEND = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[Version]]:
    """Locked versions by package; several when they differ by platform."""
    found: dict[str, set[Version]] = {}
    for match in PIN.finditer(lock.read_text()):
        found.setdefault(canonicalize_name(match["name"]), set()).add(Version(match["version"]))
    return found


def complaints() -> Iterator[str]:
    """One line for every declared requirement that a lock does not meet, and every package without a hash."""
    declared = tomllib.loads((BACKEND / "pyproject.toml").read_text())
    runtime = declared["project"]["dependencies"]
    wanted = {
        "requirements.lock": runtime,
        "requirements-dev.lock": [*runtime, *declared["dependency-groups"]["dev"]],
    }
    locked = {name: pins(BACKEND / name) for name in wanted}
    for name, requirements in wanted.items():
        for requirement in map(Requirement, requirements):
            versions = locked[name].get(canonicalize_name(requirement.name), set())
            if not versions or not all(requirement.specifier.contains(v, prereleases=True) for v in versions):
                yield f"{name}: {requirement} is not met by {', '.join(map(str, versions)) or 'nothing'}: run `make lock`"
        if re.search(r"^[a-z].*==[^\\]*$", (BACKEND / name).read_text(), re.MULTILINE):
            yield f"{name}: a package has no hash: run `make lock`"
    for package, versions in locked["requirements.lock"].items():
        if locked["requirements-dev.lock"].get(package) != versions:
            yield f"{package} differs between the two locks: run `make lock`"


if __name__ == "__main__":
    found = list(complaints())
    sys.exit("\n".join(found) if found else 0)
