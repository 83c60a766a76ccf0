"""Lines captured, stored and readable, none lost, while a script prints as fast as it can."""

import time
from collections.abc import Iterator

from measure import bare
from measure.effort import Effort
from measure.platform import FINAL, RUN_SECONDS, Platform, fingerprint
from measure.report import Row, Target
from measure.stack import BenchFailed

NAME = "throughput"
LEAST, SHARE = 100_000, 0.4
STYLES = {
    'print("line", i)': 'for i in range({lines}):\n    print("line", i)\n',
    "one write a line": 'import sys\nfor i in range({lines}):\n    sys.stdout.write(f"line {{i}}\\n")\n',
}


def _into_a_file(python: str, source: str, lines: int) -> float:
    """Lines a second of `python -u script > file`."""
    with bare.script_file(source) as path, path.with_name("output").open("wb") as sink:
        began = time.monotonic()
        bare.start(python, path, sink).wait(RUN_SECONDS)
        return lines / (time.monotonic() - began)


def _through_the_platform(platform: Platform, script: str, expected: str, lines: int) -> tuple[float, float]:
    """Lines a second until the run is final, which means readable; and lines a second of reading them back."""
    began = time.time()
    run_id = platform.execute(script)["id"]
    ended, run = platform.events.wait(run_id, FINAL, RUN_SECONDS)
    if run["status"] != "completed" or run["log_lines"] != lines:
        raise BenchFailed(f"The run ended as {run['status']} with {run['log_lines']} of {lines} lines.")
    reading = time.monotonic()
    text = platform.printed(run_id)
    read = time.monotonic() - reading
    if fingerprint(text) != expected:
        raise BenchFailed(f"The log differs from what was printed ({text.count(chr(10))} of {lines} lines).")
    return lines / (ended - began), lines / read


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    lines = effort.printed_lines
    expected = fingerprint("".join(f"line {number}\n" for number in range(lines)))
    for style, template in STYLES.items():
        source = template.format(lines=lines)
        script = platform.upload("throughput", source)
        before = _into_a_file(platform.python, source, lines)
        stored, read = _through_the_platform(platform, script, expected, lines)
        alone = (before + _into_a_file(platform.python, source, lines)) / 2
        bound = max(LEAST, SHARE * alone)
        target = Target(bound, f"≥ {LEAST:,} and ≥ {SHARE} × bare = {bound:,.0f}", at_least=True)
        yield Row(f"lines/s readable, {style}", stored, "lines/s", target, alone, "python -u script > file")
        yield Row("reading them back through GET logs", read, "lines/s")
