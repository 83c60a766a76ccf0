"""Package environments of scripts: built once per locked list, shared, bounded in size, never pulled from under a run.

Layout below the store's root, all on one file system:

    locks/<request>.txt           the locked answer to a request (outlives the environment, so a rebuild is the same)
    environments/<key>/           complete by definition: a folder only gets here by a rename
        venv/  manifest.json  requirements.lock  in-use
    staging/<request>-<random>/   a build that is under way, or a left-over of one
    uv-cache/                     shared by all builds

Why a build is a plain child and needs no sandbox: everything that runs in it is uv, Python's own `compileall` and this
package. Requirements are names (`rules.packages`), `--no-build` takes wheels only, and unpacking a wheel executes
nothing. The one thing that could execute is a `.pth` file or `sitecustomize` of a wheel when an interpreter starts in
the environment; so none is started there after the installation: bytecode is compiled by the bare interpreter with
`-I -S`, and what the environment provides is read from file names. That also makes the one writable cache safe to
share: only uv writes to it, and it checks each file against the hashes of the lock. Environments are hard links
into the cache; runs see them read-only, and under another user id where the platform runs as root.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import uv

from dollarclub.scripts.environment_usage import (
    ORDER,
    Hold,
    Holds,
    disk_usage,
    least_recently_used,
    remove_idle,
    remove_stale,
)
from dollarclub.scripts.rules.packages import Requirement, environment_key, request_key

BUILDER = "dollarclub.scripts.environment_build"
PACKAGE_ROOT = Path(__file__).resolve().parents[2]
FAILURE = "failure.txt"
LOW_WATER = 0.8
FRESH_SECONDS = 120
STALE_SECONDS = 3600
BASE_BUILD_SECONDS = 120
_PASSED_ON = {
    *("HOME", "NETRC", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_CLIENT_CERT"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *(
        "UV_DEFAULT_INDEX",
        "UV_INDEX",
        "UV_INDEX_URL",
        "UV_EXTRA_INDEX_URL",
        "UV_INDEX_STRATEGY",
        "UV_FIND_LINKS",
    ),
    *("UV_OFFLINE", "UV_INSECURE_HOST", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS"),
}
_QUERY = (
    "import json, sys, sysconfig; print(json.dumps(['.'.join(map(str, sys.version_info[:3])), "
    "sys.implementation.cache_tag, sysconfig.get_platform(), sys.base_prefix, sys.base_exec_prefix]))"
)


class BuildFailed(Exception):
    """The packages cannot be had; `message` says why in words for the script's author."""

    code = "packages_unavailable"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Interpreter:
    """The Python that environments are made of. `tag` tells ABI, platform and place; `prefixes` hold its library."""

    executable: Path
    version: str
    tag: str
    prefixes: tuple[Path, ...]

    @classmethod
    def read(cls, executable: Path) -> Self:
        """Ask the interpreter itself; takes about 20 ms.

        Raises OSError, subprocess.SubprocessError when it does not start.
        """
        answer = subprocess.run(
            [executable, "-I", "-S", "-c", _QUERY], capture_output=True, check=True, timeout=30, text=True
        )
        version, abi, platform, *prefixes = json.loads(answer.stdout)
        place = hashlib.sha256(str(executable).encode()).hexdigest()[:8]
        return cls(
            executable,
            version,
            f"{abi}-{platform}-{place}",
            tuple(Path(each) for each in dict.fromkeys(prefixes)),
        )


@dataclass(frozen=True)
class Environment:
    """A complete environment. `provided` are import names, `packages` lines like `six==1.17.0`, `size` is bytes on disk.

    A run needs `read_only` visible, nothing of it writable.
    """

    key: str
    path: Path
    python: Path
    provided: frozenset[str]
    packages: tuple[str, ...]
    size: int
    read_only: tuple[Path, ...]


@dataclass(frozen=True)
class Build:
    """A build to be run as a plain child: `argv` with exactly `environment`, in a session of its own.

    Its output is meant for the run's log. Stop it by killing its process group, then call `abandon`.
    """

    requirements: tuple[Requirement, ...]
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    staging: Path


class EnvironmentStore:
    """The environments below `root`, made of `base_python`, bounded to `cache_bytes` on disk (0: no bound).

    Any number of processes may share a root. All methods may be called from any thread.
    """

    def __init__(self, root: Path, base_python: Path | None = None, cache_bytes: int = 0) -> None:
        self.root = root.absolute()
        self.base_python = (base_python or Path(getattr(sys, "_base_executable", sys.executable))).resolve()
        self.cache_bytes = cache_bytes
        self.environments = self.root / "environments"
        self.staging = self.root / "staging"
        self.uv_cache = self.root / "uv-cache"
        self._found: dict[str, tuple[tuple[int, int], Environment]] = {}
        self._holds = Holds()

    @cached_property
    def interpreter(self) -> Interpreter:
        return Interpreter.read(self.base_python)

    def request_of(self, requirements: Collection[Requirement]) -> str:
        return request_key(requirements, self.interpreter.tag)

    def lock_path(self, request: str) -> Path:
        return self.root / "locks" / f"{request}.txt"

    def key_of(self, lock_text: str) -> str:
        return environment_key(lock_text, self.interpreter.tag)

    def base(self) -> Environment:
        """The environment without any package; the first call builds it (0.3 s, no network).

        Raises BuildFailed.
        """
        found = self.lookup(())
        if found is not None:
            return found
        build = self.build_command(())
        try:
            done = subprocess.run(
                build.argv,
                env=dict(build.environment),
                capture_output=True,
                text=True,
                timeout=BASE_BUILD_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            self.abandon(build)
            raise BuildFailed("The bare Python environment could not be made in time.") from None
        if done.returncode != 0 and self.lookup(()) is None:
            message = f"{self.failure(build)}\n{done.stdout}{done.stderr}".strip()
            self.abandon(build)
            raise BuildFailed(message)
        return self.finish(build)

    def lookup(self, requirements: Collection[Requirement]) -> Environment | None:
        """The complete environment for these requirements as they were locked; None when it must be built."""
        request = self.request_of(requirements)
        try:
            state = self.lock_path(request).stat()
            stamp = (state.st_mtime_ns, state.st_ino)
            known = self._found.get(request)
            if known is not None and known[0] == stamp:
                (known[1].path.parent / "manifest.json").stat()
                return known[1]
            environment = self.read(self.key_of(self.lock_path(request).read_text()))
        except FileNotFoundError:
            self._found.pop(request, None)
            return None
        self._found[request] = (stamp, environment)
        return environment

    def read(self, key: str) -> Environment:
        """The environment of that key. Raises FileNotFoundError."""
        folder = self.environments / key
        manifest = json.loads((folder / "manifest.json").read_bytes())
        path = folder / "venv"
        return Environment(
            key=key,
            path=path,
            python=path / "bin" / "python",
            provided=frozenset(manifest["provided"]),
            packages=tuple(manifest["packages"]),
            size=manifest["size"],
            read_only=(path, *self.interpreter.prefixes),
        )

    def hold(self, environment: Environment) -> Hold:
        """Protect an environment from eviction, by any process, and mark it as used now.

        Raises EnvironmentGone.
        """
        return self._holds.take(environment.path.parent)

    def build_command(self, requirements: Collection[Requirement], *, refresh: bool = False) -> Build:
        """What to run when `lookup` found nothing; `refresh` resolves again although a lock exists.

        Two builds of one request wait for each other, and the second finds the work done.
        """
        wanted = tuple(sorted(set(requirements)))
        request = self.request_of(wanted)
        for folder in (self.environments, self.staging, self.uv_cache, self.root / "locks"):
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f"{request}-", dir=self.staging))
        order = {
            "root": str(self.root),
            "python": str(self.base_python),
            "cache_bytes": self.cache_bytes,
            "requirements": [[each.name, each.extras, each.specifier, each.marker] for each in wanted],
            "refresh": refresh,
        }
        (staging / ORDER).write_text(json.dumps(order))
        return Build(
            requirements=wanted,
            argv=(sys.executable, "-s", "-P", "-m", BUILDER, str(staging)),
            environment={
                **index_environment(os.environ),
                "PYTHONPATH": str(PACKAGE_ROOT),
                "PYTHONUNBUFFERED": "1",
                "PYTHONIOENCODING": "utf-8",
                "UV_CACHE_DIR": str(self.uv_cache),
                "UV_NO_PROGRESS": "1",
                "NO_COLOR": "1",
            },
            staging=staging,
        )

    def finish(self, build: Build) -> Environment:
        """The environment that a build which exited made; its staging folder is removed.

        The build itself published it by a rename as its last step, so that being killed leaves nothing that looks
        complete. Raises BuildFailed.
        """
        environment = self.lookup(build.requirements)
        reason = self.failure(build)
        self.abandon(build)
        if environment is None:
            raise BuildFailed(reason)
        return environment

    def failure(self, build: Build) -> str:
        """Why a build that exited failed, in one sentence or two."""
        try:
            return (build.staging / FAILURE).read_text()
        except FileNotFoundError:
            return "The build of the package environment ended before it was complete."

    def abandon(self, build: Build) -> None:
        """Remove what a build left behind. Its processes must be gone; a published environment stays."""
        shutil.rmtree(build.staging, ignore_errors=True)

    def evict(self, keep: Collection[str] = ()) -> list[str]:
        """Bring the store below its bound; returns the keys evicted. Takes seconds: not for a thread that must be quick.

        The download cache goes first: what environments use stays on disk by its hard links. If that is not enough, the
        least recently used environments go, down to 80 % of the bound, except those in use, the bare one, those in
        `keep` and those used within the last two minutes: a run whose build has just ended gets to hold what it waited
        for. Builds do this at their end.
        """
        if self.cache_bytes == 0 or disk_usage(self.root) <= self.cache_bytes:
            return []
        self._clean_uv_cache()
        if disk_usage(self.root) <= self.cache_bytes:
            return []
        evicted: list[str] = []
        spared = {*keep, self.key_of("")}
        for folder in least_recently_used(self.environments, idle_for=FRESH_SECONDS):
            if disk_usage(self.root) <= self.cache_bytes * LOW_WATER:
                break
            if folder.name not in spared and remove_idle(folder, self.staging):
                evicted.append(folder.name)
        return evicted

    def sweep(self) -> None:
        """Remove staging folders that no living build owns."""
        remove_stale(self.staging, older_than=STALE_SECONDS)

    def _clean_uv_cache(self) -> None:
        environment = {**index_environment(os.environ), "UV_CACHE_DIR": str(self.uv_cache)}
        command = [uv.find_uv_bin(), "cache", "clean", "--quiet", "--no-config"]
        subprocess.run(command, env=environment, timeout=600, check=False, stdin=subprocess.DEVNULL)


def index_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What a build sees of the platform's environment: where packages come from and how to get there, nothing else.

    pip's addresses count where uv's own are not given.
    """
    passed = {
        name: value
        for name, value in environ.items()
        if name.upper() in _PASSED_ON
        or (name.startswith("UV_INDEX_") and name.endswith(("_USERNAME", "_PASSWORD")))
    }
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(passed) and environ.get("PIP_INDEX_URL"):
        passed["UV_DEFAULT_INDEX"] = environ["PIP_INDEX_URL"]
    if not {"UV_INDEX", "UV_EXTRA_INDEX_URL"} & set(passed) and environ.get("PIP_EXTRA_INDEX_URL"):
        passed["UV_INDEX"] = environ["PIP_EXTRA_INDEX_URL"]
    return passed
