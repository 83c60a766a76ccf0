"""PEP 723 blocks: found like the reference does, read strictly, refused with the line."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.scripts.rules.metadata import ScriptMetadata, check_python, read_metadata
from dollarclub.scripts.rules.packages import Requirement
from dollarclub.scripts.rules.problems import ScriptProblem

REFERENCE = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def problem_of(text: str) -> ScriptProblem:
    with pytest.raises(ScriptProblem) as caught:
        read_metadata(text)
    return caught.value


def block(*lines: str) -> str:
    return "\n".join(["print(1)", "# /// script", *[f"# {line}" for line in lines], "# ///", "x = 1", ""])


def test_packages_and_python_are_read() -> None:
    text = block(
        'requires-python = ">=3.11"', "dependencies = [", '  "Requests<3",', '  "pandas[Excel, plot]",', "]"
    )

    assert read_metadata(text) == ScriptMetadata(
        dependencies=(Requirement("requests", (), "<3"), Requirement("pandas", ("excel", "plot"))),
        requires_python=">=3.11",
    )


def test_windows_line_ends_are_read() -> None:
    assert read_metadata(block('dependencies = ["six"]').replace("\n", "\r\n")).dependencies == (
        Requirement("six"),
    )


@pytest.mark.parametrize(
    "text", ["", "import os\n", "# /// other\n# x\n# ///\n", "x = 1 # /// script\n", "#/// script\n"]
)
def test_no_block_is_no_metadata(text: str) -> None:
    assert read_metadata(text) == ScriptMetadata()


def test_block_reaches_to_the_last_closing_line_of_its_comment() -> None:
    text = "# /// script\n# dependencies = []\n# ///\n#\n# ///\n"
    assert problem_of(text).code == "metadata_invalid"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("x = 1\n# /// script\n# dependencies = []\n", "metadata_unclosed", 2),
        ("# /// script\n# ///\n", "metadata_unclosed", 1),
        (block("dependencies = []") * 2, "metadata_repeated", 7),
        (block("dependencies = [", '"six"'), "metadata_invalid", None),
        (block("x", "dependencies = []"), "metadata_invalid", 3),
        (block("", "= 1"), "metadata_invalid", 4),
        (block('dependencies = "six"'), "metadata_invalid", 3),
        (block("dependencies = [1]"), "metadata_invalid", 3),
        (block("", 'dependancies = ["six"]'), "metadata_invalid", 4),
        (block('requires-python = "three"'), "metadata_invalid", 3),
        (block("requires-python = 3"), "metadata_invalid", 3),
        (block("dependencies = []", "[tool.uv]", 'index-url = "http://x"'), "metadata_unsupported", 4),
        (block("dependencies = [", '"six",', '"-r other.txt",', "]"), "requirement_option", 5),
        (block("dependencies = [", '"six @ https://example.com/six.whl",', "]"), "requirement_url", 4),
        (block("dependencies = [", '"git+https://example.com/six",', "]"), "requirement_url", 4),
        (block("dependencies = [", '"./six",', "]"), "requirement_url", 4),
        (block("dependencies = [", '"six >>> 1",', "]"), "requirement_invalid", 4),
        (block('dependencies = ["six\\n--index-url http://x"]'), "requirement_invalid", None),
        (block("x = " + "[" * 3000), "metadata_invalid", None),
        (block('dependencies = ["six; ' + "(" * 350 + '"]'), "requirement_invalid", None),
        (block("dependencies = [" + '"six",' * 201 + "]"), "metadata_invalid", None),
    ],
)
def test_faults_are_named_with_their_line(text: str, code: str, line: int | None) -> None:
    problem = problem_of(text)
    assert problem.code == code
    if line is not None:
        assert problem.line == line


def test_other_tools_may_keep_their_tables() -> None:
    assert read_metadata(block("dependencies = []", "[tool.ruff]", "line-length = 100")) == ScriptMetadata()


@pytest.mark.parametrize(
    ("wanted", "version", "fits"),
    [
        (">=3.11", "3.11.7", True),
        ("", "3.11.7", True),
        ("<3.11", "3.11.7", False),
        ("==3.12.*", "3.12.1", True),
    ],
)
def test_python_version_is_held_to(wanted: str, version: str, fits: bool) -> None:
    metadata = ScriptMetadata(requires_python=wanted)
    if fits:
        check_python(metadata, version)
    else:
        with pytest.raises(ScriptProblem, match=re.escape(version)) as caught:
            check_python(metadata, version)
        assert caught.value.code == "python_unsupported"


LINES = st.sampled_from(
    ["# /// script", "# /// other", "# ///", "#", "# a = 1", "#x", "x = 1", "", "# /// ", "# /// b c"]
)


def outcome(text: str) -> str:
    try:
        return "read" if read_metadata(text) == ScriptMetadata() else "something"
    except ScriptProblem as problem:
        return problem.code


@given(st.lists(LINES, max_size=14))
def test_blocks_are_those_of_the_reference(lines: list[str]) -> None:
    text = "\n".join(lines)
    expected = [found["content"] for found in REFERENCE.finditer(text) if found["type"] == "script"]
    ended = outcome(text)
    if len(expected) > 1:
        assert ended in {"metadata_repeated", "metadata_unclosed"}
    elif expected:
        assert ended in {"metadata_invalid", "metadata_unclosed"} or not expected[0].strip("# \n")
    else:
        assert ended in {"read", "metadata_unclosed"}


@pytest.mark.parametrize("line", ["# /// other\n", "# /// script\n", "#\n", "# ///\n"])
def test_long_hostile_comments_are_read_in_linear_time(line: str) -> None:
    began = time.process_time()
    assert outcome("# /// other\n#\n" + line * 300_000) in {"read", "metadata_unclosed"}
    assert time.process_time() - began < 10
