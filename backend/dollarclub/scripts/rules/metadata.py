"""Inline script metadata (PEP 723): the `# /// script` block in which a script names its packages."""

import re
import tomllib
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from dollarclub.scripts.rules.packages import Requirement, parse_requirement
from dollarclub.scripts.rules.problems import ScriptProblem

MAX_BLOCK_CHARACTERS = 64 * 1024
MAX_DEPENDENCIES = 200
_OPENING = re.compile(r"# /// [a-zA-Z0-9-]+")
_SCRIPT = "# /// script"
_CLOSING = "# ///"


@dataclass(frozen=True)
class ScriptMetadata:
    """What a script says about itself. `requires_python` is a version specifier, "" when there is none."""

    dependencies: tuple[Requirement, ...] = ()
    requires_python: str = ""


@dataclass(frozen=True)
class _Block:
    line: int
    content: str


def read_metadata(text: str) -> ScriptMetadata:
    """The metadata block of a script's text; empty metadata when there is no block.

    Takes time in proportion to the text. Errors carry the line of the file.
    Raises ScriptProblem: `metadata_unclosed`, `metadata_repeated`, `metadata_invalid`, `metadata_unsupported`, and what
    `parse_requirement` raises.
    """
    blocks = _script_blocks(text.replace("\r\n", "\n").split("\n"))
    if not blocks:
        return ScriptMetadata()
    if len(blocks) > 1:
        raise ScriptProblem(
            "metadata_repeated",
            f"There are two `{_SCRIPT}` blocks (lines {blocks[0].line} and {blocks[1].line}); keep one.",
            line=blocks[1].line,
        )
    block = blocks[0]
    table = _parsed(block)
    unknown = sorted(set(table) - {"dependencies", "requires-python", "tool"})
    if unknown:
        raise _invalid(
            block, unknown[0], f"`{unknown[0][:60]}` is not known; use dependencies and requires-python."
        )
    _refuse_tool(block, table.get("tool", {}))
    return ScriptMetadata(_dependencies(block, table), _requires_python(block, table))


def check_python(metadata: ScriptMetadata, version: str) -> None:
    """Refuse a script whose `requires-python` excludes the interpreter `version`, for example "3.11.7".

    Raises ScriptProblem `python_unsupported`.
    """
    wanted = SpecifierSet(metadata.requires_python)
    if not wanted.contains(Version(version), prereleases=True):
        raise ScriptProblem(
            "python_unsupported",
            f"The script asks for Python {wanted}; scripts run on Python {version} here.",
        )


def _script_blocks(lines: list[str]) -> list[_Block]:
    """Blocks as the reference regular expression of PEP 723 finds them, in one pass.

    That expression is greedy: a block reaches to the last closing line of its run of comment lines. On a long run
    without one it is quadratic, which a hostile file could use.
    """
    found = []
    index = 0
    while index < len(lines):
        if not _OPENING.fullmatch(lines[index]):
            index += 1
            continue
        end = index + 1
        while end < len(lines) and (lines[end] == "#" or lines[end].startswith("# ")):
            end += 1
        closing = max((at for at in range(index + 2, end) if lines[at] == _CLOSING), default=0)
        if not closing:
            unclosed = next((at for at in range(index, end) if lines[at] == _SCRIPT), None)
            if unclosed is not None:
                raise ScriptProblem(
                    "metadata_unclosed",
                    f"The `{_SCRIPT}` block of line {unclosed + 1} has no content or is not closed by `{_CLOSING}`.",
                    line=unclosed + 1,
                )
            index = end
            continue
        if lines[index] == _SCRIPT:
            content = "\n".join(line[2:] for line in lines[index + 1 : closing])
            found.append(_Block(index + 1, content))
        index = closing + 1
    return found


def _parsed(block: _Block) -> dict[str, object]:
    if len(block.content) > MAX_BLOCK_CHARACTERS:
        raise ScriptProblem("metadata_invalid", "The metadata block is too long.", line=block.line)
    try:
        return tomllib.loads(block.content)
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
        inner = re.search(r"\(at line (\d+), column \d+\)", reason)
        line = block.line + (int(inner.group(1)) if inner else 0)
        text = re.sub(r" \(at .*\)$", "", reason)
        raise ScriptProblem(
            "metadata_invalid", f"Line {line}: the metadata block is not valid TOML: {text}.", line=line
        ) from None
    except (RecursionError, ValueError):
        raise ScriptProblem(
            "metadata_invalid", "The metadata block is not valid TOML.", line=block.line
        ) from None


def _refuse_tool(block: _Block, tool: object) -> None:
    if isinstance(tool, dict) and "uv" in tool:
        raise ScriptProblem(
            "metadata_unsupported",
            "`[tool.uv]` is not supported: packages come from the platform's own package index, by name.",
            line=_line_of(block, "tool.uv"),
        )


def _dependencies(block: _Block, table: dict[str, object]) -> tuple[Requirement, ...]:
    listed = table.get("dependencies", [])
    if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
        raise _invalid(block, "dependencies", 'dependencies must be a list of strings, such as ["pandas"].')
    if len(listed) > MAX_DEPENDENCIES:
        raise _invalid(block, "dependencies", f"at most {MAX_DEPENDENCIES} dependencies are allowed.")
    return tuple(parse_requirement(entry, line=_line_of(block, entry)) for entry in listed)


def _requires_python(block: _Block, table: dict[str, object]) -> str:
    wanted = table.get("requires-python", "")
    try:
        if not isinstance(wanted, str):
            raise InvalidSpecifier
        return str(SpecifierSet(wanted))
    except InvalidSpecifier:
        raise _invalid(
            block, "requires-python", 'requires-python must be a version range, such as ">=3.11".'
        ) from None


def _invalid(block: _Block, near: str, reason: str) -> ScriptProblem:
    line = _line_of(block, near)
    return ScriptProblem("metadata_invalid", f"Line {line}: {reason}", line=line)


def _line_of(block: _Block, text: str) -> int:
    """The line of the file where `text` stands in the block; the block's own line when it cannot be found."""
    position = block.content.find(text)
    return block.line if position < 0 else block.line + 1 + block.content.count("\n", 0, position)
