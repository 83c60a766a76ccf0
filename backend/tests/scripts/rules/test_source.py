"""What an upload may be: encodings, names, syntax, and files made to break a parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.scripts.inspection import inspect_source
from dollarclub.scripts.rules.problems import ScriptProblem
from dollarclub.scripts.rules.source import check_source, clean_filename, decode_source

LIMIT = 10 * 1024**2


def problem_of(content: bytes, max_bytes: int = LIMIT) -> ScriptProblem:
    with pytest.raises(ScriptProblem) as caught:
        check_source(content, max_bytes=max_bytes)
    return caught.value


def outcome(content: bytes) -> str:
    try:
        check_source(content, max_bytes=LIMIT)
    except ScriptProblem as problem:
        return problem.code
    return "fine"


def test_good_file_with_mark_and_utf8_comment() -> None:
    source = check_source(
        b"\xef\xbb\xbf# -*- coding: utf-8 -*-\nimport pandas\nprint('\xc3\xa4')\n", max_bytes=LIMIT
    )

    assert source.text == "# -*- coding: utf-8 -*-\nimport pandas\nprint('ä')\n"
    assert source.imports == {"pandas"}


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_empty(content: bytes) -> None:
    assert problem_of(content).code == "empty"


def test_too_large_is_told_before_anything_is_read() -> None:
    assert problem_of(b"\0" * 11, max_bytes=10).code == "too_large"


def test_nul_is_named_with_its_line() -> None:
    problem = problem_of(b"a = 1\nb = '\0'\n")
    assert (problem.code, problem.line, problem.offset) == ("has_nul", 2, 11)


@pytest.mark.parametrize(
    ("content", "line", "offset"),
    [
        (b"a = 1\nb = '\xe4'\n", 2, 11),
        (b"\xef\xbb\xbfa = 1\nb = '\xe4'\n", 2, 14),
        (b"x = '\xed\xa0\x80'", 1, 5),
        (b"x = 1\n# \xc3", 2, 8),
    ],
)
def test_bytes_that_are_not_utf8_are_named_by_place(content: bytes, line: int, offset: int) -> None:
    problem = problem_of(content)
    assert (problem.code, problem.line, problem.offset) == ("not_utf8", line, offset)
    assert f"0x{content[offset]:02x}" in problem.message


@pytest.mark.parametrize("declared", ["latin-1", "utf-16", "no-such-encoding", "rot13", "utf-7"])
def test_another_declared_encoding_is_refused(declared: str) -> None:
    assert problem_of(f"# coding: {declared}\nprint(1)\n".encode()).code == "not_utf8"


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("a = 1\nif a:\nprint(1)\n", 3, "print(1)"),
        ("x = (\n", 1, "x = ("),
        ("a = 1\r\nb = = 2\r\n", 2, "b = = 2"),
        ("return 1\n", 1, "return 1"),
        ("for x in y:\n    pass\nbreak\n", 3, "break"),
        ("x = " + "9" * 5000, 1, ("x = " + "9" * 5000)[:200]),
        ("(" * 500, 1, "(" * 200),
    ],
)
def test_syntax_error_shows_its_line(text: str, line: int, shown: str) -> None:
    problem = problem_of(text.encode())
    assert (problem.code, problem.line, problem.text) == ("syntax_error", line, shown)


@pytest.mark.filterwarnings("error")
def test_warnings_of_the_compiler_neither_show_nor_fail() -> None:
    check_source(b"import re\nx = '\\d'\nassert (1, 'a')\nprint(1 is 1)\n", max_bytes=LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        "-" * 200_000 + "1",
        "a" + ".b" * 200_000,
        "1" + "+1" * 300_000,
        "if 1:\n pass\n" + "elif 1:\n pass\n" * 50_000,
    ],
)
def test_nesting_that_exhausts_the_parser_is_an_answer(text: str) -> None:
    assert problem_of(text.encode()).code == "too_complex"


def test_file_is_never_executed() -> None:
    check_source(b"raise SystemExit(3)\n", max_bytes=LIMIT)
    inspect_source(b"raise SystemExit(3)\n", max_bytes=LIMIT)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_source_or_a_problem(content: bytes) -> None:
    assert outcome(content)


@given(st.text(alphabet="()[]{}:;'\"\\\n\r\t #=.,@abf0_*-éif", max_size=60))
def test_any_text_gives_a_source_or_a_problem(text: str) -> None:
    assert outcome(text.encode()) in {"fine", "empty", "syntax_error", "not_utf8", "too_complex"}


def test_decoding_alone_refuses_what_needs_no_parser() -> None:
    assert decode_source(b"x = (", max_bytes=LIMIT) == "x = ("


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("bot.py", "bot.py"),
        ("../../etc/cron.d/bot.py", "bot.py"),
        ("C:\\Users\\me\\my bot.PY", "my bot.py"),
        ("a\0b.py", "ab.py"),
        ("safe\u202eyp.exe.py", "safeyp.exe.py"),
        ("new\nline\r\n.py", "newline.py"),
        (".py", "script.py"),
        ("...py", "script.py"),
        ("  spaced\u00a0 out .py ", "spaced out.py"),
        ("стратегия-日本.py", "стратегия-日本.py"),
        ("e\u0301.py", "é.py"),
        ("a" * 500 + ".py", "a" * 197 + ".py"),
        ("<script>alert(1)<", None),
        ("bot.js", None),
        ("bot.py.txt", None),
        ("bot.py/", None),
        ("bot.py\0.txt", None),
        ("", None),
    ],
)
def test_names_from_clients_become_safe_to_show(sent: str, shown: str | None) -> None:
    if shown is None:
        with pytest.raises(ScriptProblem) as caught:
            clean_filename(sent)
        assert caught.value.code == "wrong_type"
    else:
        assert clean_filename(sent) == shown


@given(st.text(max_size=300))
def test_every_cleaned_name_is_short_printable_and_no_path(name: str) -> None:
    try:
        shown = clean_filename(name + ".py")
    except ScriptProblem:
        return
    assert shown.isprintable()
    assert shown.endswith(".py")
    assert len(shown) <= 200
    assert not set("/\\\0") & set(shown)
    assert clean_filename(shown) == shown
