"""The program that makes one package environment; `EnvironmentStore.build_command` says how to run it.

It resolves and locks, installs the locked list, compiles bytecode, publishes by a rename and keeps the store in bounds. It
prints what it does for the run's log; after a failure it exits with 1 and leaves the reason in `failure.txt`.
"""

import fcntl
import importlib.metadata
import inspect
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uv

from dollarclub.scripts.environment_usage import MARK, ORDER, disk_usage
from dollarclub.scripts.environments import FAILURE, BuildFailed, EnvironmentStore
from dollarclub.scripts.rules.packages import Requirement

COMPILE_MEMORY_BYTES = 2 * 1024**3
COMPILE_CPU_SECONDS = 900
_NOISE = ("Using Python", "Resolved ", "Prepared ", "Installed ", " + ")


class _Builder:
    """One build: the order that was left in the staging folder, and the store that it is for."""

    def __init__(self, staging: Path) -> None:
        order = json.loads((staging / ORDER).read_bytes())
        self.staging = staging
        self.store = EnvironmentStore(Path(order["root"]), Path(order["python"]), order["cache_bytes"])
        self.requirements = tuple(
            Requirement(name, tuple(extras), specifier, marker)
            for name, extras, specifier, marker in order["requirements"]
        )
        self.refresh: bool = order["refresh"]
        self.request = self.store.request_of(self.requirements)
        self.lock_path = self.store.lock_path(self.request)

    def run(self) -> None:
        began = time.monotonic()
        with (
            _locked(self.staging / ORDER),
            _locked(self.lock_path.with_suffix(".building"), announce=True),
        ):
            found = None if self.refresh else self.store.lookup(self.requirements)
            key = self._make() if found is None else found.key
            os.utime(self.store.environments / key / MARK)
            packages = len(self.store.read(key).packages)
        _say(f"Packages are ready: {packages} installed, {time.monotonic() - began:.1f} s.")
        self.store.evict(keep={key})
        self.store.sweep()

    def _make(self) -> str:
        text = self._lock()
        key = self.store.key_of(text)
        folder = self.store.environments / key
        if not (folder / "manifest.json").exists():
            made = self._install(text)
            os.sync()  # a power cut must not leave a published environment with empty files
            try:
                made.rename(folder)
            except OSError:
                if not (folder / "manifest.json").exists():
                    raise
        _write(self.lock_path, text)
        return key

    def _lock(self) -> str:
        if not self.requirements:
            return ""
        if not self.refresh and self.lock_path.exists():
            return self.lock_path.read_text()
        _say(f"Resolving {', '.join(wanted.text for wanted in self.requirements)}")
        wanted = self.staging / "requirements.in"
        locked = self.staging / "requirements.txt"
        wanted.write_text("".join(f"{each.text}\n" for each in self.requirements))
        self._uv(
            "The packages cannot be resolved",
            *("pip", "compile", "--quiet", "--no-config", "--no-build", "--generate-hashes", "--no-header"),
            *("--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--no-python-downloads"),
            *("--python", str(self.store.base_python), "--output-file", str(locked), str(wanted)),
        )
        return locked.read_text()

    def _install(self, text: str) -> Path:
        """Make the whole environment in the staging folder and answer that folder."""
        made = self.staging / "environment"
        venv = made / "venv"
        made.mkdir()
        lock = made / "requirements.lock"
        lock.write_text(text)
        self._uv(
            "The environment cannot be made",
            *("venv", "--quiet", "--no-config", "--relocatable", "--no-python-downloads", "--no-project"),
            *("--python", str(self.store.base_python), str(venv)),
        )
        packages = re.findall(r"^([a-z0-9][a-z0-9._-]*==[^\s;\\]+)", text, re.MULTILINE)
        if packages:
            _say(f"Installing {', '.join(packages)}")
            self._uv(
                "The packages cannot be installed",
                *("pip", "sync", "--no-config", "--no-build", "--require-hashes", "--no-python-downloads"),
                *("--link-mode", "hardlink", "--python", str(venv / "bin" / "python"), str(lock)),
            )
            self._compile_bytecode(venv)
            (venv / ".lock").unlink(missing_ok=True)  # uv's own, writable for everybody
        manifest = {
            "packages": packages,
            "provided": sorted(provided_names(site_packages(venv))),
            "size": disk_usage(made),
        }
        (made / MARK).touch()
        (made / "manifest.json").write_text(json.dumps(manifest))
        return made

    def _compile_bytecode(self, venv: Path) -> None:
        """Runs mount the environment read-only and could not keep bytecode. A file that does not compile is no failure."""

        def bound() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (COMPILE_MEMORY_BYTES, COMPILE_MEMORY_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (COMPILE_CPU_SECONDS, COMPILE_CPU_SECONDS))

        subprocess.run(
            [self.store.base_python, "-I", "-S", "-m", "compileall", "-qq", "-j", "0", site_packages(venv)],
            cwd=self.staging,
            env=self._environment(),
            preexec_fn=bound,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )

    def _uv(self, what_failed: str, *arguments: str) -> None:
        child = subprocess.Popen(
            [uv.find_uv_bin(), *arguments],
            cwd=self.staging,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        told: list[str] = []
        with child:
            for line in child.stdout or ():
                if not line.startswith(_NOISE):
                    told.append(line.rstrip())
                    _say(line.rstrip().replace(f"{self.staging}/", ""))
        if child.returncode != 0:
            raise BuildFailed(_reason(what_failed, told))

    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def site_packages(venv: Path) -> Path:
    """The one folder of a virtual environment that packages are installed to."""
    return next((venv / "lib").glob("python*")) / "site-packages"


def provided_names(folder: Path) -> set[str]:
    """Top-level names that can be imported from `folder`, read from file names and metadata without importing."""
    names: set[str] = set()
    for entry in folder.iterdir():
        if entry.is_dir():
            names.add(entry.name)
        else:
            names.add(inspect.getmodulename(entry.name) or "")
    for distribution in importlib.metadata.distributions(path=[str(folder)]):
        names.update((distribution.read_text("top_level.txt") or "").split())
    return {name for name in names if name.isidentifier() and name != "__pycache__"}


@contextmanager
def _locked(path: Path, *, announce: bool = False) -> Iterator[None]:
    """Hold an exclusive lock on a file, which ends with this process at the latest."""
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if announce:
                _say("Another run is building the same packages; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _reason(what_failed: str, told: Sequence[str]) -> str:
    """uv's own explanation as sentences, without its marks and command-line advice."""
    text = " ".join(" ".join(told).split())
    text = re.sub(r"[×╰─▶]+|\b(?:cause|hint|error): ?", " ", text)
    text = re.sub(r"No solution found when resolving dependencies:?| \(i\.e\., with `--no-build`\)", "", text)
    text = " ".join(text.split())
    if "wheel" in text:
        text = f"{text.rstrip('.')}. Only packages that come ready-made (wheels) for this Python can be used."
    return f"{what_failed}: {text or 'the installer gave no reason'}"[:4000]


def _write(path: Path, text: str) -> None:
    """Replace a file whole, also if the power goes."""
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """Build what `argv[1]/order.json` asks for; 0 when the environment is there."""
    staging = Path(sys.argv[1])
    os.umask(0o022)
    os.nice(10)
    try:
        _Builder(staging).run()
    except BuildFailed as error:
        reason = error.message
    except OSError as error:
        reason = f"The packages cannot be stored: {error.strerror}."
        _say(reason)
    else:
        return 0
    shutil.rmtree(staging / "environment", ignore_errors=True)
    (staging / FAILURE).write_text(reason)
    return 1


if __name__ == "__main__":
    sys.exit(main())
