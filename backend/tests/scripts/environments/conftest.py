"""A package index of our own behind a real socket, with wheels made on the spot."""

import base64
import functools
import hashlib
import os
import signal
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dollarclub.scripts.environments import Build, EnvironmentStore


class PackageIndex:
    """Serves `folder` as a simple index: one folder a package, its listing is the page of links."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.reached_gate = threading.Event()
        index = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append(self.path)
                if self.path.endswith(".whl"):
                    index.reached_gate.set()
                    index.gate.wait(30)
                super().do_GET()

            def log_message(self, *_: object) -> None:
                pass

        handler = functools.partial(Handler, directory=str(folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"

    def add_wheel(self, name: str, version: str, files: Mapping[str, str], requires: str = "") -> None:
        """Publish a pure wheel with these files at its top level."""
        module = name.replace("-", "_")
        info = f"{module}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        if requires:
            metadata += f"Requires-Dist: {requires}\n"
        everything = {
            **files,
            f"{info}/METADATA": metadata,
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{path},{_digest(text)},{len(text)}\n" for path, text in everything.items())
        everything[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
        folder = self.folder / "simple" / name
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
            for path, text in everything.items():
                wheel.writestr(path, text)

    def add_source_only(self, name: str, version: str) -> None:
        """Publish a package that would have to be built."""
        folder = self.folder / "simple" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}-{version}.tar.gz").write_bytes(b"never unpacked")


def _digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    folder = tmp_path / "index"
    (folder / "simple").mkdir(parents=True)
    index = PackageIndex(folder)
    thread = threading.Thread(target=index.server.serve_forever)
    thread.start()
    for name in ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield index
    index.gate.set()
    index.server.shutdown()
    index.server.server_close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> EnvironmentStore:
    return EnvironmentStore(tmp_path / "store")


@pytest.fixture
def start() -> Iterator[Callable[[Build], subprocess.Popen[str]]]:
    """Runs a build the way a supervisor does: in a session of its own, with exactly its environment."""
    children: list[subprocess.Popen[str]] = []

    def run(build: Build) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            build.argv,
            env=dict(build.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        children.append(child)
        return child

    yield run
    for child in children:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
