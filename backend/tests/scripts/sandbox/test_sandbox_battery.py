"""Hostile scripts, on every tier that holds here, as this user and as an ordinary one: contained, and the next runs."""

import json
import signal
from pathlib import Path

import pytest

from tests.scripts.sandbox.stage import WORKER_SECRET, Stage, living, until

MIB = 1 << 20

DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(1); os.close(2)
        time.sleep(600)
    os._exit(0)
os.wait()
print("ready")
"""


def test_fork_bomb(stage: Stage) -> None:
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    facts = stage.run(bomb, {"kill_after": 0.4}, limits={"processes": 40})
    assert facts["signal"] == signal.SIGKILL
    assert facts["gone_after"] < 2
    if stage.walled:
        assert 20 < facts["processes"] <= 41


def test_memory_bomb(stage: Stage) -> None:
    bomb = f"hold = []\nwhile True: hold.append(bytearray({4 * MIB}))"
    facts = stage.run(bomb, limits={"memory_bytes": 128 * MIB})
    assert facts["signal"] == signal.SIGKILL
    assert "memory" in facts["violation"]
    assert 128 * MIB < facts["peak"] < 1500 * MIB


def test_memory_of_all_processes_counts_together(stage: Stage) -> None:
    script = f"""
import os, time
for _ in range(3):
    if os.fork() == 0:
        hold = bytearray({60 * MIB})
        time.sleep(60)
time.sleep(60)
"""
    assert "memory" in stage.run(script, limits={"memory_bytes": 128 * MIB})["violation"]


def test_shared_memory_counts_but_only_once(stage: Stage) -> None:
    script = f"""
import mmap, os, time
shared = mmap.mmap(-1, {80 * MIB})
for _ in range(80): shared.write(b"x" * {MIB})
for _ in range(3):
    if os.fork() == 0:
        shared.seek(0); sum(shared[::4096])
        time.sleep(0.4)
        os._exit(0)
for _ in range(3): os.wait()
print("fitted")
{{more}}
"""
    limits = {"memory_bytes": 160 * MIB}
    assert stage.run(script.format(more=""), limits=limits)["stdout"] == "fitted\n"
    more = f"more = mmap.mmap(-1, {90 * MIB})\nfor _ in range(90): more.write(b'x' * {MIB})\ntime.sleep(60)"
    assert "memory" in stage.run(script.format(more=more), limits=limits)["violation"]


def test_disk_filler(stage: Stage) -> None:
    script = f"""
import time
total = 0
try:
    for number in range(60):
        with open(f"file{{number}}", "wb") as file:
            file.write(bytes({2 * MIB})); file.flush()
            total += {2 * MIB}
except OSError as error:
    print(total, error.errno)
else:
    time.sleep(60)
"""
    facts = stage.run(script, limits={"scratch_bytes": 16 * MIB, "memory_bytes": 512 * MIB})
    if stage.walled:
        total, number = map(int, facts["stdout"].split())
        assert total <= 16 * MIB
        assert number == 28
    else:
        assert "folder" in facts["violation"]


def test_shared_memory_folder_is_capped(stage: Stage) -> None:
    if not stage.walled:
        pytest.skip("without walls /dev/shm is the machine's own")
    script = f"""
try:
    with open("/dev/shm/filler", "wb") as file:
        for _ in range(64): file.write(bytes({MIB}))
except OSError as error:
    print(error.errno)
"""
    facts = stage.run(script, limits={"scratch_bytes": 16 * MIB})
    assert facts["stdout"] in ("28\n", "27\n")


def test_ignores_term(stage: Stage) -> None:
    script = "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nprint('ready')\ntime.sleep(600)"
    facts = stage.run(script, {"terminate_on_ready": 1, "kill_after": 0.8})
    assert facts["signal"] == signal.SIGKILL
    assert facts["gone_after"] < 0.5


def test_term_lets_the_script_close_its_positions(stage: Stage) -> None:
    script = """
import os, signal, sys, time
def stop(*_):
    print("closed"); sys.exit(5)
signal.signal(15, stop)
{before}
print("ready")
time.sleep(600)
"""
    for before in ("", "if os.getpid() != os.getsid(0): os.setpgid(0, 0)"):
        facts = stage.run(script.format(before=before), {"terminate_on_ready": 1})
        assert (facts["code"], facts["stdout"]) == (5, "ready\nclosed\n")
    # a plain script dies of it, and that is told
    facts = stage.run("import time\nprint('ready')\ntime.sleep(600)", {"terminate_on_ready": 1})
    assert facts["signal"] == signal.SIGTERM


def test_term_right_after_the_start_ends_the_run(stage: Stage) -> None:
    facts = stage.run("import time\ntime.sleep(600)", {"terminate_at_once": 1})
    assert facts["signal"] == signal.SIGTERM
    assert facts["seconds"] < 2
    assert facts["failure"] is None


def test_daemon_dies_with_a_kill(stage: Stage) -> None:
    facts = stage.run(DAEMON + "time.sleep(600)", {"kill_on_ready": 1})
    assert facts["signal"] == signal.SIGKILL
    assert facts["gone_after"] < 0.5


def test_daemon_dies_with_its_main_process(stage: Stage) -> None:
    facts = stage.run(DAEMON)
    assert facts["code"] == 0
    assert facts["gone_after"] < 0.5


def test_closes_its_output(stage: Stage) -> None:
    facts = stage.run(
        "import os, time\nprint('last')\nos.close(1); os.close(2)\ntime.sleep(0.1)\nos._exit(3)"
    )
    assert (facts["code"], facts["stdout"]) == (3, "last\n")


def test_finds_nothing_of_the_platform(stage: Stage) -> None:
    places = [
        str(stage.folder / "secret.txt"),
        str(stage.folder),
        __file__,
        "/etc/shadow",
        "/home",
        "/var/lib",
        "/sys",
    ]
    script = f"""
import json, os
found = []
for place in {places!r}:
    if os.path.exists(place): found.append(place)
for name in os.listdir("/proc"):
    if not name.isdigit(): continue
    try: text = open(f"/proc/{{name}}/environ").read()
    except OSError: continue
    if {WORKER_SECRET!r} in text: found.append("environment of " + name)
pids = [name for name in os.listdir("/proc") if name.isdigit()]
for place in ("/", "/usr", "/etc", "/proc", "/dev", "/run"):
    try: open(place + "/sandbox-test", "w").close()
    except OSError: continue
    found.append("wrote " + place); os.unlink(place + "/sandbox-test")
caps = [line.split()[1].strip("0") for line in open("/proc/self/status") if line[:6] in ("CapPrm", "CapEff", "CapAmb")]
print(json.dumps([found, len(pids), caps, os.listdir("/proc/self/fd"), dict(os.environ)]))
"""
    facts = stage.run(script)
    found, pids, capabilities, files, environment = json.loads(facts["stdout"])
    assert WORKER_SECRET not in json.dumps(environment)
    assert not any(capabilities)
    assert set(files) <= {"0", "1", "2", "3"}
    assert (
        {"HOME", "TMPDIR", "PWD", "PATH"}
        <= set(environment)
        <= {"HOME", "TMPDIR", "PWD", "PATH", "LC_CTYPE", "DOLLARCLUB_RUN"}
    )
    if stage.walled:
        assert found == []
        assert pids <= 3


def test_does_not_see_or_signal_another_run(stage: Stage) -> None:
    if not stage.walled:
        pytest.skip("without walls runs of one user see each other")
    waiting = stage.worker(
        stage.orders("import time\nopen('mine', 'w').close()\ntime.sleep(600)", {}, {"slot": 8})
    )
    assert until(lambda: any(map(_is_script, living(stage.token))))
    other = next(filter(_is_script, living(stage.token)))
    stranger = Stage(stage.tier, stage.folder, stage.user, stage.python, stage.prefix)
    script = f"""
import os
try: os.kill({other}, 9); print("killed it")
except ProcessLookupError: print("no such process")
print(os.listdir("."))
"""
    facts = stranger.run(script)
    assert facts["stdout"] == f"no such process\n['{stranger.token}.py']\n"
    assert _is_script(other)
    waiting.kill()
    assert until(lambda: living(stage.token) == [])
    waiting.communicate()


def test_kills_its_parent(stage: Stage) -> None:
    everything = "os.kill(-1, 9)" if stage.walled else "pass"
    script = f"""
import os, time
for pid in (os.getppid(), 1 if {stage.walled} else os.getppid()):
    try: os.kill(pid, 9)
    except OSError: pass
{everything}
time.sleep(0.2)
print("alive")
"""
    facts = stage.run(script, {"kill_after": 1})
    assert facts["failure"] is None


def test_opens_many_files(stage: Stage) -> None:
    script = """
held = []
try:
    for _ in range(10000): held.append(open("/dev/null"))
except OSError as error:
    print(len(held), error.errno)
"""
    count, number = map(int, stage.run(script, limits={"open_files": 200})["stdout"].split())
    assert 150 < count < 200
    assert number == 24


def test_prints_binary_and_one_endless_line(stage: Stage) -> None:
    script = f"""
import os, sys
block = bytes(range(256)) * 4096
for _ in range(10): sys.stdout.buffer.write(block)
sys.stderr.buffer.write(b"x" * {100 * MIB})
"""
    facts = stage.run(script)
    assert facts["code"] == 0
    assert facts["count"] == {"stdout": 10 * MIB, "stderr": 100 * MIB}
    assert facts["stdout"][:300].encode("latin-1") == (bytes(range(256)) * 2)[:300]


def test_the_worker_is_killed(stage: Stage) -> None:
    worker = stage.worker(stage.orders(DAEMON + "time.sleep(600)", {}, {}))
    # the main process and its daemon, besides the walls around them
    assert until(lambda: sum(_is_script(pid) for pid in living(stage.token)) >= 2)
    worker.kill()
    worker.communicate()
    assert until(lambda: living(stage.token) == [], 2)


def _is_script(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1:3] == [b"-I", b"-u"]
    except OSError:
        return False


def test_the_worker_is_killed_while_a_run_starts(stage: Stage) -> None:
    for _ in range(4):
        worker = stage.worker(stage.orders("import time\ntime.sleep(600)", {}, {}))
        assert until(lambda: living(stage.token) != [])
        worker.kill()
        worker.communicate()
        assert until(lambda: not any(map(_is_script, living(stage.token))), 2)
    # an empty sandbox that waits for its dead worker is ended by the next one, which `run` checks
    assert stage.run("print('fine')")["stdout"] == "fine\n"
