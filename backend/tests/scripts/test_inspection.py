"""Uploads are checked in a child with bounds, so that no file can stop the process that received it."""

import pytest

from dollarclub.scripts.inspection import inspect_source
from dollarclub.scripts.rules.packages import Requirement
from dollarclub.scripts.rules.problems import ScriptProblem

LIMIT = 10 * 1024**2


def test_everything_about_a_good_file() -> None:
    content = (
        b'\xef\xbb\xbf# /// script\n# dependencies = ["pandas[excel]>=2"]\n# ///\nimport os, pandas, numpy\n'
    )

    seen = inspect_source(content, max_bytes=LIMIT)

    assert seen.text == content[3:].decode()
    assert seen.size == len(content)
    assert seen.imports == {"pandas", "numpy"}
    assert seen.metadata.dependencies == (Requirement("pandas", ("excel",), ">=2"),)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"x = 1\ny = = 2\n", "syntax_error", 2),
        (b"x = '\xff'", "not_utf8", 1),
        (b'# /// script\n# dependencies = ["-r x"]\n# ///\n', "requirement_option", 2),
        (b'# /// script\n# requires-python = "<3"\n# ///\n', "python_unsupported", None),
    ],
)
def test_faults_keep_code_and_place(content: bytes, code: str, line: int | None) -> None:
    with pytest.raises(ScriptProblem) as caught:
        inspect_source(content, max_bytes=LIMIT)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_file_that_needs_gigabytes_is_refused_within_the_bound() -> None:
    with pytest.raises(ScriptProblem) as caught:
        inspect_source(b"x=[" + b"1," * 2_500_000 + b"]", max_bytes=LIMIT)
    assert caught.value.code == "too_complex"
    assert inspect_source(b"print(1)\n", max_bytes=LIMIT).imports == frozenset()
