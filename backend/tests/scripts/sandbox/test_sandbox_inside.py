"""What an honest script finds in a sandbox: its folder, its variables, its limits, the network."""

import os
import signal
import socket

import pytest

from dollarclub.scripts.sandbox.spec import SCRATCH
from tests.scripts.sandbox.stage import Stage

MIB = 1 << 20


def test_network_off_and_on(stage: Stage) -> None:
    if not stage.walled:
        pytest.skip("without walls the network cannot be turned off")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = f"""
import socket
try: socket.create_connection(("127.0.0.1", {port}), 5); print("connected")
except OSError as error: print(error.errno)
own = socket.create_server(("127.0.0.1", 0)); socket.create_connection(own.getsockname(), 5); print("own loopback")
"""
        assert stage.run(script)["stdout"] == "connected\nown loopback\n"
        assert stage.run(script, network=False)["stdout"] == "111\nown loopback\n"


def test_cpu_time_runs_out(stage: Stage) -> None:
    facts = stage.run("while True: pass", limits={"cpu_seconds": 1})
    assert facts["signal"] in (signal.SIGKILL, signal.SIGXCPU)
    assert "CPU" in facts["violation"]
    assert 1 <= facts["cpu"] < 2.5


def test_usage_after_the_end_is_exact(stage: Stage) -> None:
    script = f"""
import os, time
hold = bytearray({90 * MIB})
if os.fork() == 0:
    hold = None
    while time.process_time() < 0.3: pass
    os._exit(0)
os.wait()
"""
    facts = stage.run(script)
    assert 0.3 <= facts["cpu"] < 0.7
    assert 90 * MIB < facts["peak"] < 250 * MIB


def test_threads_work(stage: Stage) -> None:
    script = """
import threading
gate = threading.Barrier(51)
for _ in range(50): threading.Thread(target=gate.wait).start()
gate.wait()
import concurrent.futures, hashlib
with concurrent.futures.ThreadPoolExecutor(50) as pool:
    print(len(set(pool.map(lambda n: hashlib.sha256(str(n).encode()).digest(), range(500)))))
"""
    assert stage.run(script)["stdout"] == "500\n"


def test_processes_and_semaphores_work(stage: Stage) -> None:
    script = """
import multiprocessing
def square(number): return number * number
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(3) as pool: print(sum(pool.map(square, range(10))))
"""
    assert stage.run(script)["stdout"] == "285\n"


def test_says_why_it_did_not_start(stage: Stage) -> None:
    facts = stage.attempt("", argv=["/usr/bin/no-such-python", "script.py"])
    assert not facts["started"]
    assert "could not start" in facts["failure"]
    assert "/usr/bin/no-such-python" in facts["failure"]


def test_environment_arrives_unchanged_and_touches_nothing_else(stage: Stage) -> None:
    environment = {
        "QUOTES": 'it\'s "$HOME" `id`\\ \n\t*',
        "LD_PRELOAD": "/run/script/evil.so",
        "ENV": "/run/script/evil.sh",
        "IFS": "x",
        "EMPTY": "",
    }
    script = f"import os; print([os.environ.get(name) for name in {list(environment)!r}])"
    facts = stage.run(script, environment=environment)
    assert facts["stdout"].strip() == repr(list(environment.values()))


def test_runs_as_root_have_a_user_of_their_own(stage: Stage) -> None:
    if stage.user != 0:
        pytest.skip("only root can give user ids")
    script = "import os; print(os.getuid(), os.getgid(), os.getgroups())"
    assert stage.run(script, slot=11)["stdout"] == "600011 600011 []\n"


def test_writable_folder_keeps_what_was_written(stage: Stage) -> None:
    place = stage.folder / "runtime" / f"kept-{stage.token}"
    place.mkdir(mode=0o755)
    os.chown(place, stage.user, stage.user)
    script = f"open({str(place / 'package')!r}, 'w').write('built')"
    facts = stage.run(script, writable=[str(place)])
    assert facts["code"] == 0, facts["stderr"]
    assert (place / "package").read_text() == "built"


def test_read_only_folder_below_a_closed_one(stage: Stage) -> None:
    if not stage.walled:
        pytest.skip("without walls the permissions of the machine count")
    closed = stage.folder / "runtime" / f"closed-{stage.token}"
    shown = closed / "shown"
    shown.mkdir(parents=True)
    (shown / "file").write_text("hello")
    (closed / "hidden").write_text("secret")
    os.chown(closed, stage.user, stage.user)
    closed.chmod(0o700)
    script = f"""
import os
print(open({str(shown / "file")!r}).read(), os.path.exists({str(closed / "hidden")!r}))
try: open({str(shown / "file")!r}, "w")
except OSError as error: print(error.errno)
"""
    facts = stage.run(script, read_only=[str(stage.prefix), str(shown)])
    assert facts["stdout"] in ("hello False\n30\n", "hello False\n13\n")


def test_scratch_is_home_and_temporary_folder(stage: Stage) -> None:
    script = "import os, tempfile; print(os.getcwd(), os.path.expanduser('~'), tempfile.gettempdir())"
    places = set(stage.run(script)["stdout"].split())
    assert len(places) == 1
    if stage.walled:
        assert places == {str(SCRATCH)}
