"""What `dollarclub doctor` looks at. Every check ends in one finding, whatever it meets."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dollarclub.core.settings import Settings, load_settings
from dollarclub.entry.local.instance import Instance, attach
from dollarclub.entry.local.up import CannotStart, check_port

Level = Literal["ok", "note", "broken"]
ENOUGH_DISK = 2 * 1024**3
STARTING_SECONDS = 30.0


@dataclass(frozen=True)
class Finding:
    """State of one part. `advice` is what to do when it is not `ok`."""

    part: str
    level: Level
    text: str
    advice: str = ""
    details: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def examine() -> list[Finding]:
    """Look at every part of this installation."""
    instance = attach()
    settings = load_settings()
    running = instance.running()
    checks: list[Callable[[], list[Finding]]] = [
        lambda: [_python()],
        lambda: [_node()],
        lambda: [_uv()],
        lambda: [_disk(instance)],
        lambda: [_permissions(instance)],
        lambda: [_configuration(settings, running)],
        lambda: _sandbox(settings),
        lambda: [_port(settings, running)],
        lambda: [_paper(settings, running)],
        lambda: _platform(settings, running),
    ]
    return [finding for check in checks for finding in check()]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", "ok", f"{version} at {sys.executable}")


def _version(program: str) -> str | None:
    path = shutil.which(program)
    if path is None:
        return None
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def _node() -> Finding:
    found = _version("node")
    if found is None:
        return Finding(
            "node", "note", "not installed", "Only building the dashboard needs Node 20.19 or newer."
        )
    return Finding("node", "ok", found)


def _uv() -> Finding:
    beside = os.path.join(os.path.dirname(sys.executable), "uv")
    found = _version(beside) or _version("uv")
    if found is None:
        return Finding(
            "uv", "broken", "not found; packages of scripts cannot be installed", "Run `make run` once."
        )
    return Finding("uv", "ok", found)


def _disk(instance: Instance) -> Finding:
    free = shutil.disk_usage(instance.layout.data_dir).free
    text = f"{free / 1024**3:.1f} GiB free at {instance.layout.data_dir}"
    if free < ENOUGH_DISK:
        return Finding("disk", "broken", text, "Free some space: the database stops when the disk is full.")
    return Finding("disk", "ok", text)


def _permissions(instance: Instance) -> Finding:
    layout = instance.layout
    wrong = [
        str(path)
        for path in (layout.data_dir, layout.secrets, layout.run, layout.logs)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if wrong:
        return Finding(
            "data folder", "broken", f"others can read {', '.join(wrong)}", f"chmod -R go= {layout.data_dir}"
        )
    return Finding("data folder", "ok", f"{layout.data_dir} is closed to other users")


def _configuration(settings: Settings, running: dict[str, Any] | None) -> Finding:
    problems = settings.problems()
    if not problems:
        return Finding("settings", "ok", f"complete, stage {settings.server.stage.value}")
    if running is None and not settings.is_production:
        return Finding("settings", "note", "secrets are made by the first start", "Run `make run`.")
    return Finding(
        "settings", "broken", " ".join(problems), "Set them in .env; `dollarclub env init` makes one."
    )


def _address(settings: Settings, running: dict[str, Any] | None) -> tuple[str, int]:
    """Where the api answers: what the running platform wrote down, else what the settings say."""
    if running is not None:
        parts = urlsplit(running["url"])
        return parts.hostname or settings.server.host, parts.port or settings.server.port
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.server.host, settings.server.host)  # noqa: S104
    return host, settings.server.port


def _port(settings: Settings, running: dict[str, Any] | None) -> Finding:
    if running is not None:
        return Finding("port", "ok", f"{_address(settings, running)[1]} is served by pid {running['pid']}")
    try:
        check_port(settings)
    except CannotStart as error:
        return Finding("port", "broken", str(error), "Stop the other program or set PORT.")
    return Finding("port", "ok", f"{settings.server.port} on {settings.server.host} is free")


def _paper(settings: Settings, running: dict[str, Any] | None) -> Finding:
    from dollarclub.core.errors import DomainError
    from dollarclub.vault.paper import PaperAdmin

    paper = PaperAdmin.from_settings(settings.paper)
    if paper is None and settings.paper.exchange_url:
        advice = "Set PAPER_ADMIN_URL and PAPER_ADMIN_TOKEN, or nobody gets a paper key."
        return Finding(
            "paper exchange", "note", f"{settings.paper.exchange_url}, without its admin API", advice
        )
    if paper is None:
        return Finding("paper exchange", "note", "none; there is no money to play with")
    try:
        orders = paper.status()["open_orders"]
    except DomainError as error:
        if running is None and settings.paper.embedded == "on":
            return Finding("paper exchange", "note", "not running", "Start it with `make run`.")
        return Finding("paper exchange", "broken", error.message, "See paper.log in the logs folder.")
    return Finding("paper exchange", "ok", f"{paper.url}, {orders} open orders")


def _sandbox(settings: Settings) -> list[Finding]:
    """Each tier as tried on this machine; the strongest that holds is the one in use."""
    from dollarclub.scripts.sandbox.probe import probe

    with tempfile.TemporaryDirectory(dir=settings.server.data_dir) as folder:
        reports = probe(settings.scripts.sandbox, Path(folder))
    used = next((report for report in reports if report.holds), None)
    findings = []
    for report in reports:
        name = f"sandbox {report.tier.value}"
        if report is used:
            level: Level = "note" if report.tier.value == "off" else "ok"
            findings.append(
                Finding(name, level, f"in use, limits by {report.limits_by}", details=report.promises)
            )
        elif not report.holds:
            findings.append(Finding(name, "note", f"does not hold here: {report.reason}"))
    if used is None:
        advice = "Install bubblewrap, or allow user namespaces; SANDBOX=off runs scripts without any wall."
        findings.append(
            Finding("sandbox", "broken", "no tier holds on this machine; scripts are refused", advice)
        )
    return findings


def _platform(settings: Settings, running: dict[str, Any] | None) -> list[Finding]:
    """Database, migrations, Redis and workers as the running api sees them."""
    host, port = _address(settings, running)
    connection = http.client.HTTPConnection(host, port, timeout=15)
    try:
        connection.request("GET", "/api/health/ready")
        parts = json.loads(connection.getresponse().read())["parts"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        if running is None and isinstance(error, ConnectionRefusedError | socket.gaierror):
            return [Finding("platform", "note", "not running", "Start it with `make run`.")]
        return [Finding("api", "broken", f"does not answer ({error})", "See api.log in the logs folder.")]
    finally:
        connection.close()
    return [_part(part, settings, starting=_just_started(running)) for part in parts]


def _part(part: dict[str, Any], settings: Settings, *, starting: bool) -> Finding:
    if part["ok"]:
        return Finding(part["name"], "ok", part["detail"])
    if starting and part["name"].startswith("worker "):
        return Finding(part["name"], "note", f"{part['detail']} The platform has only just started.")
    advice = f"Look into {settings.server.data_dir / 'logs'}; the supervisor keeps trying."
    return Finding(part["name"], "broken", part["detail"], advice)


def _just_started(running: dict[str, Any] | None) -> bool:
    """Whether the platform has had no time yet to send a message through each queue."""
    import psutil

    if running is None:
        return False
    with contextlib.suppress(psutil.Error):
        return time.time() - psutil.Process(running["pid"]).create_time() < STARTING_SECONDS
    return False
