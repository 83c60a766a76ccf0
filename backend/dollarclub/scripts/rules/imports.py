"""What a script imports before anything else can happen, and which package would bring what is missing."""

import ast
import re
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from dollarclub.scripts.rules.problems import ScriptProblem

MAX_IMPORTS = 500
PACKAGE_OF_IMPORT = {
    "Crypto": "pycryptodome",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "alpaca": "alpaca-py",
    "alpaca_trade_api": "alpaca-trade-api",
    "arch": "arch",
    "attr": "attrs",
    "binance": "python-binance",
    "bs4": "beautifulsoup4",
    "coinbase": "coinbase-advanced-py",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "discord": "discord.py",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "googleapiclient": "google-api-python-client",
    "ib_insync": "ib-insync",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "kucoin": "python-kucoin",
    "magic": "python-magic",
    "mpl_finance": "mplfinance",
    "nacl": "pynacl",
    "okx": "python-okx",
    "pandas_datareader": "pandas-datareader",
    "pandas_ta": "pandas-ta",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socketio": "python-socketio",
    "socks": "pysocks",
    "talib": "ta-lib",
    "telegram": "python-telegram-bot",
    "tradingview_ta": "tradingview-ta",
    "twitter": "python-twitter",
    "websocket": "websocket-client",
    "xgboost": "xgboost",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True)
class Missing:
    """An import that nothing in the run's environment provides. `package` is the suggestion to install."""

    import_name: str
    package: str
    message: str


def unconditional_imports(
    tree: ast.Module, stdlib: Collection[str] = sys.stdlib_module_names
) -> frozenset[str]:
    """Top-level names that the module body itself imports, without the standard library.

    Imports inside `try`, `if`, `with`, loops, functions and classes may never run or may be prepared for failure, so
    they are not counted; relative ones cannot work in a single file and fail with Python's own message.
    Raises ScriptProblem `too_complex` for more than 500 names.
    """
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    names -= {*stdlib, "__future__", "__main__"}
    if len(names) > MAX_IMPORTS:
        raise ScriptProblem(
            "too_complex", f"The script imports {len(names):,} modules; the limit is {MAX_IMPORTS}."
        )
    return frozenset(names)


def suggested_package(import_name: str) -> str:
    """The package that usually brings `import_name`, in canonical form; a guess by name when none is known."""
    return canonicalize_name(PACKAGE_OF_IMPORT.get(import_name, import_name))


def missing_imports(
    names: Iterable[str], provided: Collection[str], allowed: Collection[str]
) -> list[Missing]:
    """Which of `names` no installed package provides, each with the fix in words, by name.

    `provided` are import names, `allowed` canonical package names.
    """
    return [_missing(name, allowed) for name in sorted(set(names) - set(provided))]


def explain_missing(missing: Collection[Missing]) -> str:
    """One text for the log of a run that cannot start, with a metadata block to paste; "" when nothing is missing."""
    if not missing:
        return ""
    lines = "\n".join(each.message for each in missing)
    packages = sorted({each.package for each in missing})
    return f"{lines}\nOr put this at the top of the script:\n{metadata_block(packages)}"


def metadata_block(packages: Iterable[str]) -> str:
    """The PEP 723 block that names `packages`, to paste into a script."""
    listed = "\n".join(f'#     "{package}",' for package in packages)
    return f"# /// script\n# dependencies = [\n{listed}\n# ]\n# ///"


def _missing(name: str, allowed: Collection[str]) -> Missing:
    package = suggested_package(name)
    if not _NAME.fullmatch(name):
        return Missing(name, package, f"The module {name[:60]!r} is not installed.")
    text = f"The module `{name}` is not installed. Add `{package}` under Packages in the script's settings."
    if package not in allowed:
        text = (
            f"The module `{name}` is not installed, and the package `{package}` is not on this platform's list. "
            f"Ask an administrator to allow it, then add `{package}` under Packages in the script's settings."
        )
    return Missing(name, package, text)
