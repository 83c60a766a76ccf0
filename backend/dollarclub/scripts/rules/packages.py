"""Packages a script asks for: by name only, held against the allow-list, and the keys that cached ones go by."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as ParsedRequirement
from packaging.utils import InvalidName, canonicalize_name

from dollarclub.scripts.rules.problems import ScriptProblem

MAX_REQUIREMENT_CHARACTERS = 400
SHOWN_CHARACTERS = 80

DEFAULT_ALLOWED: frozenset[str] = frozenset(
    {
        "aiohttp",
        "alpaca-trade-api",
        "beautifulsoup4",
        "ccxt",
        "lxml",
        "matplotlib",
        "numpy",
        "openpyxl",
        "pandas",
        "pandas-ta",
        "plotly",
        "pymongo",
        "python-binance",
        "python-dateutil",
        "python-dotenv",
        "pytz",
        "requests",
        "scikit-learn",
        "scipy",
        "seaborn",
        "sqlalchemy",
        "stockstats",
        "ta-lib",
        "tensorflow",
        "torch",
        "tqdm",
        "websocket-client",
        "yfinance",
    }
)


@dataclass(frozen=True, order=True)
class Requirement:
    """One package by its canonical name, with extras, a version range and a marker; all but the name may be empty."""

    name: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str = ""

    @property
    def text(self) -> str:
        """The requirement in one canonical line, as installers read it."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f" ; {self.marker}" if self.marker else ""
        return f"{self.name}{extras}{self.specifier}{marker}"


def canonical_name(name: str) -> str:
    """The normal form of a package's name: `Alpaca_Trade.API` → `alpaca-trade-api`.

    Raises ScriptProblem `requirement_invalid`.
    """
    try:
        return canonicalize_name(name.strip(), validate=True)
    except InvalidName:
        raise ScriptProblem("requirement_invalid", f"{_shown(name)} is not a package name.") from None


def parse_requirement(text: str, *, line: int | None = None) -> Requirement:
    """Read one requirement: a name with extras, versions and a marker, such as `pandas[excel]>=2; python_version>"3.9"`.

    Raises ScriptProblem: `requirement_option`, `requirement_url`, `requirement_invalid`; `line` goes into them.
    """
    where = f"Line {line}: " if line else ""
    wanted = text.strip()
    if wanted.startswith("-"):
        raise ScriptProblem(
            "requirement_option",
            f"{where}{_shown(wanted)} is an installer option; only package names and versions are allowed.",
            line=line,
        )
    problem = ScriptProblem(
        "requirement_invalid",
        f"{where}{_shown(wanted)} is not a package with a version range, such as pandas>=2.",
        line=line,
    )
    if "\n" in wanted or len(wanted) > MAX_REQUIREMENT_CHARACTERS:
        raise problem
    try:
        parsed = ParsedRequirement(wanted)
    except (InvalidRequirement, RecursionError):
        if "://" in wanted or "@" in wanted or wanted.startswith((".", "/")):
            raise _url_problem(where, wanted, line) from None
        raise problem from None
    if parsed.url is not None:
        raise _url_problem(where, wanted, line)
    return Requirement(
        name=canonicalize_name(parsed.name),
        extras=tuple(sorted({canonicalize_name(extra) for extra in parsed.extras})),
        specifier=str(parsed.specifier),
        marker=str(parsed.marker or ""),
    )


def parse_requirements(lines: Iterable[str]) -> tuple[Requirement, ...]:
    """Read a list as people type it: blank lines and lines starting with `#` are left out.

    Raises ScriptProblem like `parse_requirement`, with the line counted from 1.
    """
    return tuple(
        parse_requirement(text, line=number)
        for number, text in enumerate(lines, start=1)
        if text.strip() and not text.strip().startswith("#")
    )


def resolve_requirements(
    inline: Collection[Requirement], configured: Collection[Requirement]
) -> tuple[Requirement, ...]:
    """What a run needs: the script's own metadata and the settings together, sorted, each once.

    A package named in both keeps both version ranges; an installer must satisfy the two.
    """
    return tuple(sorted({*inline, *configured}))


def check_allowed(requirements: Collection[Requirement], allowed: Collection[str]) -> None:
    """Refuse packages whose canonical name is not in `allowed`; what those packages themselves need is not held to it.

    Raises ScriptProblem `package_not_allowed` that names all of them.
    """
    refused = sorted({wanted.name for wanted in requirements} - set(allowed))
    if refused:
        verb = "is" if len(refused) == 1 else "are"
        raise ScriptProblem(
            "package_not_allowed",
            f"{', '.join(refused)} {verb} not on this platform's list of packages; an administrator can add it.",
        )


def request_key(requirements: Collection[Requirement], python_tag: str) -> str:
    """The name under which the locked answer to this request is kept."""
    return _digest("request", python_tag, *sorted({wanted.text for wanted in requirements}))


def environment_key(lock_text: str, python_tag: str) -> str:
    """The name of the environment that holds exactly the locked packages for one interpreter on one platform.

    Requests that lock to the same list share it. `python_tag` tells interpreter, ABI and platform.
    """
    return _digest("environment", python_tag, lock_text)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


def _url_problem(where: str, wanted: str, line: int | None) -> ScriptProblem:
    return ScriptProblem(
        "requirement_url",
        f"{where}{_shown(wanted)} names an address or a path; only names from the package index are allowed.",
        line=line,
    )


def _shown(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"`{printable[:SHOWN_CHARACTERS]}`"
