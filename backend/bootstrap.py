"""Bring a bare clone to the point where `dollarclub` runs; needs nothing but Python's standard library.

    python3 backend/bootstrap.py [--dev] [--node | --frontend] [-- COMMAND ...]

Installs the locked Python packages into `.venv` (with `--dev` the tools for tests and checks too), with `--node` the locked
npm packages, with `--frontend` also the built dashboard, then becomes COMMAND. Nothing is done twice: stamps hold what was
installed from what. Nothing is put outside the project.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
BACKEND, FRONTEND = ROOT / "backend", ROOT / "frontend"
TOOLS, VENV = ROOT / ".tools", ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NOT_SOURCES = {"node_modules", "dist", "e2e", "test-results", "playwright-report", ".artifacts", "coverage"}
MANAGERS = {
    "apt-get": "sudo apt-get install -y",
    "dnf": "sudo dnf install -y",
    "pacman": "sudo pacman -S",
    "zypper": "sudo zypper install",
}
LAUNCHER = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m dollarclub.entry.cli "$@"\n'


def stop(message: str) -> NoReturn:
    """End with one line that says what is missing and which command brings it."""
    sys.exit(f"error: {message}")


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def install_hint(packages: str) -> str:
    command = next((line for name, line in MANAGERS.items() if shutil.which(name)), "install")
    return f"{command} {packages}"


def digest(paths: Iterable[Path], *extra: str) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(paths):
        total.update(
            str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
        )
    return total.hexdigest()


def holds(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


def run(command: list[str], *, cwd: Path = ROOT, what: str) -> None:
    if subprocess.run(command, cwd=cwd, check=False).returncode != 0:
        stop(f"{what} failed (see above): {' '.join(command[:4])}")


def output(*command: str) -> str:
    """What a program prints, empty when it is missing or fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def version_of(text: str) -> tuple[int, ...]:
    """`v20.19.1` or `uv 0.8.3 (…)` as numbers; () when there is none."""
    word = next((word for word in text.replace("v", " ").split() if word[0].isdigit()), "")
    return tuple(int(part) for part in word.split(".") if part.isdigit())


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two starts in one checkout take turns."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def check_platform() -> None:
    if (
        platform.system() != "Linux"
        or platform.libc_ver()[0] != "glibc"
        or platform.machine() not in ("x86_64", "aarch64")
    ):
        stop("DollarClub runs on Linux with glibc, x86-64 or arm64; on anything else use docker compose.")
    if shutil.which("setpriv") is None:
        stop(f"util-linux is missing: {install_hint('util-linux')}")
    if not os.access(Path.home(), os.W_OK):
        os.environ.setdefault("UV_CACHE_DIR", str(TOOLS / "cache" / "uv"))
        os.environ.setdefault("npm_config_cache", str(TOOLS / "cache" / "npm"))
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    os.environ.setdefault("UV_SYSTEM_CERTS", "true")  # like pip and npm: a company's own certificates count


def find_uv() -> str:
    """A `uv` that works: the project's, the system's, or the locked one brought into the project with pip."""
    for candidate in (VENV / "bin" / "uv", TOOLS / "uv" / "bin" / "uv", shutil.which("uv")):
        if candidate and version_of(output(str(candidate), "--version")) >= (0, 8):
            return str(candidate)
    say("Getting uv into the project …")
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "uv.txt"
        wanted.write_text(locked("uv"))
        pip = [*pip_command(Path(folder)), "install", "--quiet", "--no-deps", "--require-hashes", "--upgrade"]
        run([*pip, "--target", str(TOOLS / "uv"), "-r", str(wanted)], what="Getting uv")
    return str(TOOLS / "uv" / "bin" / "uv")


def locked(name: str) -> str:
    """The lines of the lock, hashes included, for one package."""
    lines = (BACKEND / "requirements.lock").read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    following = (n for n in range(first + 1, len(lines)) if not lines[n].startswith("    --hash"))
    return "\n".join(lines[first : next(following, len(lines))]).rstrip("\\ ") + "\n"


def pip_command(folder: Path) -> list[str]:
    """pip of this Python, or of a throw-away environment when only venv is there."""
    if output(sys.executable, "-m", "pip", "--version"):
        return [sys.executable, "-m", "pip"]
    if (
        subprocess.run(
            [sys.executable, "-m", "venv", str(folder / "venv")], capture_output=True, check=False
        ).returncode
        != 0
    ):
        stop(f"This Python has neither pip nor venv: {install_hint('python3-venv')}")
    return [str(folder / "venv" / "bin" / "python"), "-m", "pip"]


def install_python(*, dev: bool) -> None:
    """`.venv` with exactly what the lock says; tools that are there already stay when only running is asked for."""
    version = output(str(PYTHON), "-c", "import sys; print(sys.version_info >= (3, 11), sys.version)")
    stamp = VENV / "installed"
    dev = dev or (stamp.exists() and stamp.read_text().startswith("dev "))
    lock = BACKEND / ("requirements-dev.lock" if dev else "requirements.lock")
    wanted = f"{'dev' if dev else 'run'} {digest([lock], version)}"
    if version.startswith("True") and holds(stamp, wanted):
        return link_project()
    uv = find_uv()
    if not version.startswith("True"):
        run(
            [uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(VENV)],
            what="Creating .venv",
        )
        version = output(str(PYTHON), "-c", "import sys; print(sys.version_info >= (3, 11), sys.version)")
    say("Installing Python packages …")
    command = [
        uv,
        "pip",
        "sync",
        "--quiet",
        "--compile-bytecode",
        "--require-hashes",
        "--python",
        str(PYTHON),
        str(lock),
    ]
    run(command, what="Installing Python packages")
    stamp.write_text(f"{'dev' if dev else 'run'} {digest([lock], version)}")
    return link_project()


def link_project() -> None:
    """Make the package importable and `.venv/bin/dollarclub` callable, without a build tool."""
    packages = next((VENV / "lib").glob("python3.*/site-packages"))
    link, launcher = packages / "dollarclub.pth", VENV / "bin" / "dollarclub"
    if not holds(link, f"{BACKEND}\n"):
        link.write_text(f"{BACKEND}\n")
    if not holds(launcher, LAUNCHER):
        launcher.unlink(missing_ok=True)
        launcher.write_text(LAUNCHER)
        launcher.chmod(0o755)


def check_node() -> str:
    """Node's version; ends with the command that brings a fitting one."""
    found = output("node", "--version")
    version = version_of(found)
    if version[:1] in ((20,), (22,)):
        fits = version >= ((20, 19) if version[0] == 20 else (22, 12))
    else:
        fits = version >= (23,)
    if fits and shutil.which("npm"):
        return found
    bring = (
        "curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - && sudo apt-get install -y nodejs"
    )
    if not shutil.which("apt-get"):
        bring = install_hint("nodejs npm")
    elif fits:
        bring = install_hint("npm")
    stop(f"Node ≥ 20.19 with npm is needed, found {found or 'none'}: {bring}")


def install_node() -> None:
    node = check_node()
    stamp = TOOLS / "node.stamp"
    wanted = digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"], node, str(FRONTEND))
    if holds(stamp, wanted) and (FRONTEND / "node_modules" / ".package-lock.json").exists():
        return
    say("Installing the dashboard's packages …")
    stamp.unlink(missing_ok=True)
    command = [
        "npm",
        "ci",
        "--engine-strict",
        "--include=dev",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
    ]
    run(command, cwd=FRONTEND, what="Installing the dashboard's packages")
    stamp.write_text(wanted)


def frontend_sources() -> Iterator[Path]:
    for folder, names, files in os.walk(FRONTEND):
        names[:] = [name for name in names if name not in NOT_SOURCES and not name.startswith(".")]
        yield from (Path(folder) / name for name in files if not name.endswith((".test.ts", ".test.tsx")))


def build_frontend() -> None:
    stamp, wanted = TOOLS / "frontend.stamp", digest(frontend_sources())
    if holds(stamp, wanted) and (FRONTEND / "dist" / "index.html").exists():
        return
    install_node()
    say("Building the dashboard …")
    stamp.unlink(missing_ok=True)
    run(
        ["npm", "run", "--silent", "build", "--", "--logLevel", "error"],
        cwd=FRONTEND,
        what="Building the dashboard",
    )
    stamp.write_text(wanted)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--node", action="store_true")
    parser.add_argument("--frontend", action="store_true")
    parser.add_argument("command", nargs="*")
    chosen = parser.parse_args()
    check_platform()
    with alone():
        install_python(dev=chosen.dev)
        if chosen.node:
            install_node()
        if chosen.frontend:
            build_frontend()
    if chosen.command:
        os.execvp(chosen.command[0], chosen.command)  # noqa: S606 (no shell wanted)


if __name__ == "__main__":
    main()
