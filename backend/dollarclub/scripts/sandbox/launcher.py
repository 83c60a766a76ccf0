"""First process of a run in the tiers without bubblewrap: builds the walls, starts the script, stays as its init.

Run by itself with a bare interpreter (`-I -S`), so it imports nothing of the project and as little as it can. The
orders are a marshalled dict on a descriptor whose number is the only argument. In a PID namespace of its own it is
process 1 and its end ends everything; without one it collects orphans as "subreaper" and kills them itself.
It reports on the status pipe: `init PID`, `script PID`, `started`, `exit STATUS`, or the text of an error.
"""

import ctypes
import fcntl
import marshal
import os
import resource
import sys
from typing import Any, NoReturn

MS_NOSUID, MS_NODEV, MS_BIND, MS_REC = 2, 4, 4096, 16384
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4
SYS_MOUNT_SETATTR, SYS_LANDLOCK = 442, 444  # the same on every architecture
PR_PDEATHSIG, PR_NO_NEW_PRIVS, PR_AMBIENT, PR_CAPBSET_DROP, PR_SUBREAPER = 1, 38, 47, 24, 36
SIGKILL, SIGTERM, SIGPIPE, SIGXFSZ, SIGINT = 9, 15, 13, 25, 2
SIG_IGN = 1
MNT_DETACH = 2
DEVICES = ("null", "zero", "full", "random", "urandom")

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> int:
    """The result of a C call, or OSError with what was tried."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    arguments = [text.encode() or None for text in (source, target, kind)]
    done = libc.mount(*arguments, ctypes.c_ulong(flags), options.encode() or None)
    check(done, f"mounting {target}")


def set_attributes(target: str, attributes: int, *, recursive: bool) -> None:
    """Make mounts read-only and the like; needs Linux 5.12."""
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    flags = AT_RECURSIVE if recursive else 0
    path = ctypes.c_char_p(target.encode())
    done = libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, path, flags, ctypes.byref(wanted), ctypes.c_size_t(32))
    check(done, f"mount_setattr {target}")


def build_root(orders: dict[str, Any]) -> None:
    """Put a new root together from bind mounts and memory file systems, and move into it."""
    root = orders["root"]
    mount("root", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    for kind, source, target in orders["mounts"]:
        place = root + target
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if kind == "link":
            os.symlink(source, place)
        elif kind == "folder":
            os.makedirs(place, exist_ok=True)
        else:
            if os.path.isdir(source):
                os.makedirs(place, exist_ok=True)
            elif not os.path.exists(place):
                os.close(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
            mount(source, place, "", MS_BIND | MS_REC)
            read_only = 0 if kind == "writable" else ATTR_RDONLY
            set_attributes(place, read_only | ATTR_NOSUID | ATTR_NODEV, recursive=True)
    for path, content in orders["system_files"].items():
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        write_file(root + path, content)
    build_devices(root, orders)
    os.makedirs(root + "/proc", exist_ok=True)
    mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV | 8)
    scratch = root + orders["scratch"]
    os.makedirs(scratch, exist_ok=True)
    mount("scratch", scratch, "tmpfs", MS_NOSUID | MS_NODEV, f"mode=0777,size={orders['scratch_bytes']}")
    for name, content in orders["files"].items():
        write_file(f"{scratch}/{name}", content)
    set_attributes(root, ATTR_RDONLY, recursive=False)
    os.chdir(root)
    check(libc.pivot_root(b".", b"."), "pivot_root")
    check(libc.umount2(b".", MNT_DETACH), "leaving the old root")
    os.chdir("/")


def build_devices(root: str, orders: dict[str, Any]) -> None:
    devices = root + "/dev"
    os.makedirs(devices, exist_ok=True)
    mount("dev", devices, "tmpfs", MS_NOSUID, "mode=0755,size=64k")
    for name in DEVICES:
        os.close(os.open(f"{devices}/{name}", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o666))
        mount(f"/dev/{name}", f"{devices}/{name}", "", MS_BIND)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"{devices}/{name}")
    os.mkdir(devices + "/shm")
    size = orders["scratch_bytes"]
    mount("shm", devices + "/shm", "tmpfs", MS_NOSUID | MS_NODEV, f"mode=1777,size={size}")
    set_attributes(devices, ATTR_RDONLY, recursive=False)


def write_file(path: str, content: bytes) -> None:
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
    with open(file, "wb") as stream:
        stream.write(content)


def raise_loopback() -> None:
    """A fresh network namespace has its loopback down; take it up as programs expect."""
    handle = check(libc.socket(2, 2 | 0o2000000, 0), "socket")
    request = bytearray(b"lo".ljust(16, b"\0") + (0x1 | 0x40).to_bytes(2, sys.byteorder) + bytes(22))
    fcntl.ioctl(handle, 0x8914, request)
    os.close(handle)


def restrict_files(abi: int, writable: list[str]) -> None:
    """Landlock: read and run what is visible, write to `writable` and devices, no abstract sockets of the host."""
    every = (1 << {2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    special = 1 << 6 | 1 << 11  # device nodes are never made
    scoped = 3 if abi >= 6 else 0  # abstract sockets and signals stay inside
    handled = (ctypes.c_uint64 * 3)(every, 0, scoped)
    size = ctypes.c_size_t(24 if abi >= 6 else 16 if abi >= 4 else 8)
    ruleset = check(libc.syscall(SYS_LANDLOCK, ctypes.byref(handled), size, 0), "landlock_create_ruleset")
    reading = 1 | 1 << 2 | 1 << 3
    writing = every & (1 << 1 | 1 << 14 | 1 << 15)
    rules = [("/", reading), ("/dev", reading | writing), ("/proc", reading | writing)]
    rules += [(path, every & ~special) for path in writable]
    for path, access in rules:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = access.to_bytes(8, sys.byteorder) + parent.to_bytes(4, sys.byteorder)
        done = libc.syscall(SYS_LANDLOCK + 1, ruleset, 1, ctypes.c_char_p(rule), 0)
        check(done, f"landlock_add_rule {path}")
        os.close(parent)
    check(libc.syscall(SYS_LANDLOCK + 2, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def drop_privileges(user: int | None) -> None:
    """Another user id if asked, no capability left, none to be gained."""
    check(libc.prctl(PR_AMBIENT, 4, 0, 0, 0), "clearing ambient capabilities")
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    check(libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())), "capset")
    check(libc.prctl(PR_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def become_script(orders: dict[str, Any], host_proc: int, trouble: int) -> NoReturn:
    """Child: last walls, then the program. What goes wrong is written to `trouble`, which exec closes."""
    try:
        libc.signal(SIGTERM, None)
        os.setsid()
        say(orders, f"script {os.readlink('self', dir_fd=host_proc)}")
        os.chdir(orders["scratch"])
        for kind, value in orders["limits"]:
            hard = resource.getrlimit(kind)[1]
            least = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (least, least))
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
        drop_privileges(orders["user"])
        if not orders["namespaces"]:  # after the change of user, which would clear it
            libc.prctl(PR_PDEATHSIG, SIGKILL, 0, 0, 0)
        if orders["landlock"]:
            restrict_files(orders["landlock"], orders["writable"])
        for number in (SIGINT, SIGPIPE, SIGXFSZ):
            libc.signal(number, None)
        os.execve(orders["argv"][0], orders["argv"], orders["environment"])  # noqa: S606
    except OSError as error:
        os.write(trouble, f"{orders['argv'][0]}: {error}".encode())
    os._exit(126)


def say(orders: dict[str, Any], line: str) -> None:
    """One line to the worker; when nobody reads any more the worker is dead and so shall we be."""
    try:
        os.write(orders["status"], line.encode() + b"\n")
    except BrokenPipeError:
        os._exit(1)


def children_of(pid: int) -> list[int]:
    """Every living descendant, by walking."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as listing:
                found += [int(child) for child in listing.read().split()]
    except OSError:
        return found
    return found + [deeper for child in found for deeper in children_of(child)]


def kill_descendants() -> None:
    """Kill and collect until nothing is left; orphans come back to us because we are a subreaper."""
    while True:
        for pid in children_of(os.getpid()):
            try:
                os.kill(pid, SIGKILL)
            except OSError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def wait_for(script: int) -> int:
    """Collect children until the script ends; its wait status."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == script:
            return status


def start_script(orders: dict[str, Any], host_proc: int) -> int:
    """Fork the script; its pid once the program runs. Raises OSError when it cannot."""
    heard, trouble = os.pipe()
    script = os.fork()
    if script == 0:
        become_script(orders, host_proc, trouble)
    os.close(trouble)
    problem = os.read(heard, 4096)
    os.close(heard)
    if problem:
        raise OSError(problem.decode(errors="replace"))
    return script


def prepare_plain(orders: dict[str, Any]) -> None:
    """Without namespaces: follow the worker's end, collect orphans."""
    import signal

    def stop(*_: object) -> None:
        kill_descendants()
        if os.getppid() != orders["worker"]:  # nobody else is left to do it
            import shutil

            shutil.rmtree(orders["scratch"], ignore_errors=True)
        os._exit(0)

    signal.signal(SIGTERM, stop)
    check(libc.prctl(PR_PDEATHSIG, SIGTERM, 0, 0, 0), "PR_SET_PDEATHSIG")
    check(libc.prctl(PR_SUBREAPER, 1, 0, 0, 0), "PR_SET_CHILD_SUBREAPER")
    if os.getppid() != orders["worker"]:
        os._exit(0)


def main() -> None:
    descriptor = int(sys.argv[1])
    with open(descriptor, "rb") as stream:
        orders = marshal.load(stream)  # noqa: S302 - written by our own worker, never by a user
    os.umask(0o022)
    status = 0
    try:
        os.set_inheritable(orders["status"], False)
        libc.signal(SIGINT, ctypes.c_void_p(SIG_IGN))
        host_proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        say(orders, f"init {os.readlink('self', dir_fd=host_proc)}")
        if orders["namespaces"]:
            libc.sethostname(b"script", ctypes.c_size_t(6))
            if not orders["network"]:
                raise_loopback()
            build_root(orders)
        else:
            prepare_plain(orders)
        script = start_script(orders, host_proc)
        os.close(host_proc)
        if orders["namespaces"]:
            drop_privileges(None)
        say(orders, "started")
        for standard in (0, 1, 2):
            os.close(standard)
        status = wait_for(script)
    except OSError as error:
        say(orders, str(error).replace("\n", " "))
        os._exit(1)
    if not orders["namespaces"]:
        kill_descendants()
    say(orders, f"peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")
    say(orders, f"exit {status}")
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    main()
