"""The thread that owns all processes of a worker: spawns them, reads them, ends them.

Processes ask to die with the thread that spawned them, so this one lives as long as the worker.
"""

import os
import queue
import selectors
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from dollarclub.core.logging import logger
from dollarclub.kit.clock import Clock
from dollarclub.scripts.environment_usage import EnvironmentGone
from dollarclub.scripts.environments import BuildFailed, Environment, EnvironmentStore
from dollarclub.scripts.rules.outcome import EndedBy, judge
from dollarclub.scripts.sandbox.probe import Sandbox
from dollarclub.scripts.service.runs import RunEnding
from dollarclub.scripts.supervisor.builder import BuildChild
from dollarclub.scripts.supervisor.capture import STDERR, STDOUT, SYSTEM, LogBuffer, LogLimits
from dollarclub.scripts.supervisor.launch import CannotStart, refuse_missing_imports, requirements_of, spec_of
from dollarclub.scripts.supervisor.supervised import ChildProcess, Job, Supervised
from dollarclub.scripts.supervisor.writer import Writer

_log = logger(__name__)

READ_BYTES = 64 * 1024
READS_AT_ONCE = 4
TICK_SECONDS = 0.05
BUSY_TICK_SECONDS = 0.003
SAMPLE_SECONDS_PER_RUN = 0.001
CUT_LOG_PAUSE_SECONDS = 0.02


class RunLoop:
    """Runs of one worker, from claimed job to stored end."""

    def __init__(
        self,
        *,
        sandbox: Sandbox | str,
        store: EnvironmentStore,
        writer: Writer,
        clock: Clock,
        log_limits: LogLimits,
        grace_seconds: float,
        build_seconds: float,
        first_slot: int,
    ) -> None:
        """`sandbox` is a sentence instead when none may be used; runs then fail with it."""
        self._sandbox = sandbox
        self._store = store
        self._writer = writer
        self._clock = clock
        self._log_limits = log_limits
        self._grace = grace_seconds
        self._build_seconds = build_seconds
        self._first_slot = first_slot
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._selector = selectors.DefaultSelector()
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector.register(self._wake_fd, selectors.EVENT_READ)
        self._runs: dict[UUID, Supervised] = {}
        self._held: set[UUID] = set()
        self._next_tick = 0.0
        self._next_round = 0.0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="run-loop", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self, seconds: float) -> None:
        """End the thread; all runs must be over."""
        self._do(self._set_stopped)
        self._thread.join(seconds)

    @property
    def held(self) -> frozenset[UUID]:
        """Runs that this worker answers for, until their end is stored."""
        return frozenset(self._held.copy())

    def start(self, job: Job) -> None:
        self._held.add(job.run_id)
        self._do(lambda: self._start(job))

    def cancel(self, run_id: UUID) -> None:
        self._do(lambda: self._stop_by_id(run_id, EndedBy.user))

    def cancel_all(self) -> None:
        self._do(self._stop_all)

    def disown(self, run_id: UUID) -> None:
        """The run belongs to somebody else or is over: kill it and store nothing more of it."""
        self._do(lambda: self._disown(run_id))

    def finished(self, run_id: UUID) -> None:
        """The end of a run is stored."""
        self._held.discard(run_id)

    def _do(self, command: Callable[[], Any]) -> None:
        self._commands.put(command)
        os.eventfd_write(self._wake_fd, 1)

    def _stop_all(self) -> None:
        for run in list(self._runs.values()):
            self._stop(run, EndedBy.worker_shutdown)

    def _set_stopped(self) -> None:
        self._stopped = True

    def _run(self) -> None:
        while not (self._stopped and not self._runs):
            try:
                self._turn()
            except Exception:  # noqa: BLE001 the loop outlives any single fault; the worker's runs depend on it
                _log.exception("run_loop_fault")
                time.sleep(TICK_SECONDS)

    def _turn(self) -> None:
        timeout = max(0.0, self._next_tick - time.monotonic()) if self._runs else None
        for key, _ in self._selector.select(timeout):
            if key.fd == self._wake_fd:
                with suppress(BlockingIOError):
                    os.eventfd_read(self._wake_fd)
            elif key.data[1] is None:
                self._tend(key.data[0], time.monotonic())
            else:
                self._read(key.fd, *key.data)
        while not self._commands.empty():
            self._commands.get()()
        now = time.monotonic()
        if now >= self._next_tick:
            everybody = now >= self._next_round
            if everybody:
                self._next_round = now + TICK_SECONDS
            for run in list(self._runs.values()):
                if everybody or run.in_transition:
                    self._tend(run, now)
            busy = any(run.in_transition for run in self._runs.values())
            self._next_tick = time.monotonic() + (BUSY_TICK_SECONDS if busy else TICK_SECONDS)

    def _start(self, job: Job) -> None:
        if job.run_id in self._runs:
            return
        buffer = LogBuffer(self._log_limits, self._clock, self._writer.wake)
        run = Supervised(job=job, log=buffer, slot=self._free_slot())
        self._runs[job.run_id] = run
        self._writer.follow(job.run_id, buffer)
        self._next_tick = 0.0
        self._guarded(run, lambda: self._prepare(run))

    def _guarded(self, run: Supervised, step: Callable[[], None]) -> None:
        """Carry out a step of a run's start; what keeps it from starting ends it."""
        try:
            step()
        except CannotStart as problem:
            self._refuse(run, problem)
        except BuildFailed as problem:
            self._refuse(run, CannotStart(problem.code, problem.message))
        except (OSError, ValueError) as error:
            _log.exception("run_not_started", run_id=str(run.run_id))
            self._refuse(run, CannotStart("not_started", f"The process could not be started: {error}."))

    def _refuse(self, run: Supervised, problem: CannotStart) -> None:
        run.ended_by, run.code, run.note = EndedBy.not_started, problem.code, problem.message
        run.log.say(problem.details or problem.message)
        if run.child is None:
            self._finish(run)

    def _prepare(self, run: Supervised) -> None:
        if isinstance(self._sandbox, str):
            raise CannotStart("sandbox_unavailable", self._sandbox)
        if run.job.problem:
            raise CannotStart("secrets_unreadable", run.job.problem)
        wanted = requirements_of(run.job)
        environment = self._store.lookup(wanted) if wanted else self._store.base()
        if environment is not None:
            self._launch(run, environment)
            return
        run.log.say("[installing packages: " + ", ".join(each.text for each in wanted) + "]")
        run.build = self._store.build_command(wanted)
        self._adopt(run, BuildChild(run.build, seconds=self._build_seconds), streams=(SYSTEM, SYSTEM))

    def _launch(self, run: Supervised, environment: Environment) -> None:
        assert not isinstance(self._sandbox, str)
        refuse_missing_imports(run.job, environment)
        try:
            run.hold = self._store.hold(environment)
        except EnvironmentGone:
            self._prepare(run)
            return
        child = self._sandbox.spawn(spec_of(run.job, environment, self._first_slot + run.slot))
        run.arm_wall_limit()
        self._adopt(run, child, streams=(STDOUT, STDERR))

    def _adopt(self, run: Supervised, child: ChildProcess, streams: tuple[int, int]) -> None:
        run.child = child
        run.exit = None
        run.open_streams = dict(zip((child.stdout, child.stderr), streams, strict=True))
        for descriptor in run.open_streams:
            self._selector.register(descriptor, selectors.EVENT_READ, (run, descriptor))
        self._selector.register(child.pidfd, selectors.EVENT_READ, (run, None))
        self._next_tick = 0.0

    def _read(self, descriptor: int, run: Supervised, _again: int) -> None:
        stream = run.open_streams.get(descriptor)
        if stream is None:
            return
        for _ in range(READS_AT_ONCE):
            try:
                data = os.read(descriptor, READ_BYTES)
            except BlockingIOError:
                return
            if not data:
                self._close_stream(run, descriptor)
                return
            run.log.write(stream, data)
            if run.log.full or run.log.truncated:
                self._pause(run)
                return

    def _pause(self, run: Supervised) -> None:
        """Stop reading for a while: the database is slow, or what comes is thrown away and must not cost much."""
        run.paused = True
        self._look_soon()
        run.resume_at = time.monotonic() + (CUT_LOG_PAUSE_SECONDS if run.log.truncated else 0)
        for descriptor in run.open_streams:
            with suppress(KeyError):
                self._selector.unregister(descriptor)

    def _look_soon(self) -> None:
        self._next_tick = min(self._next_tick, time.monotonic() + BUSY_TICK_SECONDS)

    def _resume(self, run: Supervised) -> None:
        run.paused = False
        for descriptor in run.open_streams:
            self._selector.register(descriptor, selectors.EVENT_READ, (run, descriptor))

    def _close_stream(self, run: Supervised, descriptor: int) -> None:
        with suppress(KeyError):
            self._selector.unregister(descriptor)
        run.log.end_stream(run.open_streams.pop(descriptor))
        os.close(descriptor)

    def _tend(self, run: Supervised, now: float) -> None:
        child = run.child
        if child is None:
            return
        if run.paused and now >= run.resume_at and not run.log.full:
            self._resume(run)
        if not run.announced and run.build is None and child.started:
            run.announced = True
            assert not isinstance(self._sandbox, str)
            self._writer.announce(run.run_id, self._sandbox.report.tier.value)
        if run.exit is None:
            self._watch(run, child, now)
        run.exit = child.poll()
        if run.exit is not None:
            self._after_exit(run, child)

    def _watch(self, run: Supervised, child: ChildProcess, now: float) -> None:
        if run.wall_deadline is not None and now >= run.wall_deadline:
            self._stop(run, EndedBy.wall_time)
        if run.kill_at is not None and now >= run.kill_at and not run.forced:
            run.forced = True
            child.kill()
        if now >= run.next_sample:
            run.next_sample = now + max(TICK_SECONDS, SAMPLE_SECONDS_PER_RUN * len(self._runs))
            run.usage = child.sample()
            if (broken := child.violation()) is not None:
                self._violate(run, child, broken)

    def _violate(self, run: Supervised, child: ChildProcess, sentence: str) -> None:
        if run.ended_by is EndedBy.itself:
            run.ended_by, run.code, run.note = EndedBy.violation, "limit", sentence
            run.log.say(f"[{sentence}]")
        child.kill()

    def _after_exit(self, run: Supervised, child: ChildProcess) -> None:
        if child.pidfd >= 0:
            with suppress(KeyError):
                self._selector.unregister(child.pidfd)
        child.kill()
        if not child.gone() or run.open_streams:
            self._look_soon()
            return
        if run.ended_by is EndedBy.itself and (broken := child.violation()) is not None:
            run.ended_by, run.code, run.note = EndedBy.violation, "limit", broken
            run.log.say(f"[{broken}]")
        run.usage = child.sample()
        failure = child.failure
        child.close()
        run.child = None
        if run.build is not None:
            self._after_build(run)
            return
        if failure is not None and run.ended_by is EndedBy.itself:
            run.ended_by, run.code, run.note = EndedBy.not_started, "sandbox_failed", failure
            run.log.say(failure)
        self._finish(run)

    def _after_build(self, run: Supervised) -> None:
        build, run.build = run.build, None
        assert build is not None
        if run.ended_by is not EndedBy.itself:
            self._store.abandon(build)
            if run.ended_by is EndedBy.violation:
                run.code = "packages_unavailable"
            self._finish(run)
            return
        self._guarded(run, lambda: self._launch(run, self._store.finish(build)))

    def _stop_by_id(self, run_id: UUID, by: EndedBy) -> None:
        run = self._runs.get(run_id)
        if run is not None:
            self._stop(run, by)

    def _stop(self, run: Supervised, by: EndedBy) -> None:
        """TERM now, KILL after the grace; the first reason counts."""
        if run.stopping or run.child is None:
            return
        run.stopping = True
        if run.ended_by is EndedBy.itself:
            run.ended_by = by
        run.kill_at = time.monotonic() + self._grace
        run.child.terminate()
        self._next_tick = 0.0

    def _disown(self, run_id: UUID) -> None:
        self._writer.forget(run_id)
        run = self._runs.get(run_id)
        if run is None:
            self._held.discard(run_id)
            return
        run.disowned = True
        if run.child is not None:
            run.child.kill()

    def _finish(self, run: Supervised) -> None:
        del self._runs[run.run_id]
        if run.hold is not None:
            run.hold.release()
        if run.disowned:
            self._held.discard(run.run_id)
            return
        outcome = judge(run.ending())
        self._writer.finish(RunEnding(run.run_id, outcome.status, run.facts(outcome)))

    def _free_slot(self) -> int:
        used = {run.slot for run in self._runs.values()}
        return next(slot for slot in range(len(used) + 1) if slot not in used)
