"""The small read-only file system that a run sees, as mounts for both tiers that have one."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from dollarclub.scripts.sandbox.spec import FIRST_UID, SCRATCH, SandboxSpec

INSIDE_UID = 1000
"""The user id that an ordinary user's run sees as its own."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_CONFIGURATION = (
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/fonts",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/pki/ca-trust/extracted",
    "/etc/pki/tls/certs",
    "/etc/protocols",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
)


@dataclass(frozen=True)
class Mount:
    """One entry of the file system: `source` is a host path, or the target text of a link."""

    kind: Literal["read_only", "writable", "link", "folder"]
    source: str
    target: str


@lru_cache(maxsize=1)
def system_mounts() -> tuple[Mount, ...]:
    """System libraries, programs and the few files of /etc that name resolution, TLS and time zones need."""
    mounts: list[Mount] = []
    for path in _SYSTEM:
        if os.path.islink(path):
            mounts.append(Mount("link", os.readlink(path), path))
        elif os.path.isdir(path):
            mounts.append(Mount("read_only", path, path))
    mounts.append(Mount("folder", "", "/etc"))
    mounts += [Mount("read_only", path, path) for path in _CONFIGURATION if os.path.exists(path)]
    mounts += [Mount("folder", "", "/run"), Mount("folder", "", "/var")]
    return tuple(mounts)


def all_mounts(spec: SandboxSpec) -> list[Mount]:
    """Everything a run sees but /proc, /dev and its scratch folder; /tmp is the scratch folder by another name.

    Where a folder of the run itself lies below /tmp, that name stays what it is outside, and read-only.
    """
    mounts = [*system_mounts()]
    for name in ("/tmp", "/var/tmp"):  # noqa: S108
        taken = any(Path(name) in path.parents for path in (*spec.read_only, *spec.writable))
        if not taken:
            mounts.append(Mount("link", str(SCRATCH), name))
    return [*mounts, *_own_mounts(spec.read_only, spec.writable)]


def _own_mounts(read_only: Iterable[Path], writable: Iterable[Path]) -> Iterator[Mount]:
    """The run's own folders at their own paths, outer ones first so that inner ones stay visible."""
    wanted = [(path, "writable") for path in writable]
    wanted += [(path, "read_only") for path in read_only if path not in {entry[0] for entry in wanted}]
    covered = [mount.target for mount in system_mounts() if mount.kind == "read_only"]
    for path, kind in sorted(set(wanted), key=lambda entry: (len(entry[0].parts), entry[0])):
        text = str(path)
        if not any(text == outer or text.startswith(outer + "/") for outer in covered):
            yield from _folders_above(path)
        yield Mount("writable" if kind == "writable" else "read_only", text, text)
        covered.append(text)


def _folders_above(path: Path) -> Iterator[Mount]:
    for parent in reversed(path.parents):
        if str(parent) != "/":
            yield Mount("folder", "", str(parent))


def reachable_by_all(path: Path) -> bool:
    """Whether every user can get to what `path` holds, by the permissions of it and of the folders above."""
    return all(os.stat(place).st_mode & 0o001 for place in (path, *path.parents))


def give_writable(paths: Iterable[Path], uid: int) -> None:
    """Hand folders that a run may write over to its user id."""
    for path in paths:
        os.chown(path, uid, uid)


def identity_files(uid: int) -> dict[str, bytes]:
    """A minimal /etc/passwd and /etc/group that know the run's user."""
    passwd = f"root:x:0:0::/:/bin/false\nscript:x:{uid}:{uid}::{SCRATCH}:/bin/sh\n"
    passwd += "nobody:x:65534:65534::/:/bin/false\n"
    group = f"root:x:0:\nscript:x:{uid}:\nnogroup:x:65534:\n"
    return {"/etc/passwd": passwd.encode(), "/etc/group": group.encode()}


def run_uid(slot: int, *, as_root: bool) -> int:
    """The user id inside: one per slot as root, else the same for all (each in a user namespace of its own)."""
    return FIRST_UID + slot if as_root else INSIDE_UID
