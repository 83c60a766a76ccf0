"""The file that a person uploads: its name, its encoding and its syntax. Nothing here executes it."""

import ast
import hashlib
import io
import re
import tokenize
import unicodedata
import warnings
from dataclasses import dataclass

from dollarclub.scripts.rules.imports import unconditional_imports
from dollarclub.scripts.rules.problems import ScriptProblem

MAX_NAME_CHARACTERS = 200
SHOWN_LINE_CHARACTERS = 200
_BOM = b"\xef\xbb\xbf"
_UTF8_NAMES = {"utf-8", "utf-8-sig", "ascii"}


@dataclass(frozen=True)
class Source:
    """A file that Python can compile.

    `text` is the file without a byte order mark; `sha256` is the hex digest of the unchanged bytes; `imports` are the
    top-level names that the module needs to start, standard library left out.
    """

    text: str
    sha256: str
    size: int
    imports: frozenset[str]


def check_source(content: bytes, *, max_bytes: int) -> Source:
    """Decode and compile `content` without executing it.

    A hostile file of a few MiB can take seconds and gigabytes to parse: a server uses `scripts.inspection`, which
    calls this in a bounded process of its own.
    Raises ScriptProblem: `empty`, `too_large`, `not_utf8`, `has_nul`, `syntax_error`, `too_complex`.
    """
    text = decode_source(content, max_bytes=max_bytes)
    tree = _compiled(text)
    return Source(
        text=text,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        imports=unconditional_imports(tree),
    )


def decode_source(content: bytes, *, max_bytes: int) -> str:
    """The text of `content`, by rules that need no parser. Takes time in proportion to the size only.

    Raises ScriptProblem: `empty`, `too_large`, `not_utf8`, `has_nul`.
    """
    if len(content) > max_bytes:
        raise ScriptProblem("too_large", f"The file has {len(content):,} bytes; the limit is {max_bytes:,}.")
    body = content.removeprefix(_BOM)
    if not body.strip():
        raise ScriptProblem("empty", "The file is empty.")
    nul = content.find(b"\0")
    if nul >= 0:
        line = content.count(b"\n", 0, nul) + 1
        raise ScriptProblem(
            "has_nul", f"The file is not text: line {line} contains a NUL byte.", line=line, offset=nul
        )
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + len(content) - len(body)
        line = content.count(b"\n", 0, offset) + 1
        raise ScriptProblem(
            "not_utf8",
            f"The file is not UTF-8: byte {offset} (line {line}) is 0x{content[offset]:02x}. Save it as UTF-8.",
            line=line,
            offset=offset,
        ) from None
    _refuse_other_encoding(content)
    return text


def clean_filename(name: str) -> str:
    """A name that is safe to show, at most 200 characters, from whatever a client sent; never used as a path.

    Raises ScriptProblem `wrong_type` when it does not end in `.py`.
    """
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(
        " " if unicodedata.category(letter).startswith("Z") else letter
        for letter in unicodedata.normalize("NFC", last)
        if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    tidy = " ".join(visible.split())
    if not tidy.lower().endswith(".py"):
        shown = tidy[:60] or "(no name)"
        raise ScriptProblem("wrong_type", f"Only Python files ending in .py can be uploaded, not {shown}.")
    stem = tidy[:-3].strip(" .") or "script"
    return stem[: MAX_NAME_CHARACTERS - 3].rstrip(" .") + ".py"


def _refuse_other_encoding(content: bytes) -> None:
    """Python itself obeys a PEP 263 comment, so one that names another encoding would garble the run."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError as error:
        raise ScriptProblem("not_utf8", f"The encoding comment is wrong: {error.msg}.", line=1) from None
    if encoding not in _UTF8_NAMES:
        raise ScriptProblem(
            "not_utf8",
            f"The file declares the encoding {encoding}; remove that comment and save it as UTF-8.",
            line=1,
        )


def _compiled(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, "<script>", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise _syntax_problem(error, text) from None
    except (RecursionError, MemoryError):
        raise too_complex() from None
    except ValueError as error:
        raise ScriptProblem("syntax_error", f"Python cannot read the file: {error}.") from None
    return tree


def too_complex() -> ScriptProblem:
    """The file is valid or not, but finding out costs more than a script may."""
    return ScriptProblem(
        "too_complex",
        "The file is too deeply nested or too large for Python to compile; move big data out of the source.",
    )


def _syntax_problem(error: SyntaxError, text: str) -> ScriptProblem:
    line = error.lineno if error.lineno and error.lineno > 0 else None
    column = error.offset if line and error.offset and error.offset > 0 else None
    shown = None
    if line is not None:
        lines = text.split("\n", line)
        shown = lines[line - 1][:SHOWN_LINE_CHARACTERS].rstrip("\r") if line <= len(lines) else None
    where = f" on line {line}" if line else ""
    return ScriptProblem(
        "syntax_error",
        f"Syntax error{where}: {error.msg}.",
        line=line,
        column=column,
        text=shown,
    )
