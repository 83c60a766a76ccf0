"""Names of packages: canonical, allowed, merged, keyed; and the imports that need them."""

import ast

import pytest

from dollarclub.scripts.rules.imports import (
    explain_missing,
    metadata_block,
    missing_imports,
    suggested_package,
    unconditional_imports,
)
from dollarclub.scripts.rules.metadata import read_metadata
from dollarclub.scripts.rules.packages import (
    DEFAULT_ALLOWED,
    Requirement,
    canonical_name,
    check_allowed,
    environment_key,
    parse_requirement,
    parse_requirements,
    request_key,
    resolve_requirements,
)
from dollarclub.scripts.rules.problems import ScriptProblem


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Pandas_TA", "pandas-ta"),
        (" requests >= 2 , <3 ", "requests<3,>=2"),
        ("pandas[plot,Excel]~=2.1", "pandas[excel,plot]~=2.1"),
        ("numpy; python_version < '3.13'", 'numpy ; python_version < "3.13"'),
    ],
)
def test_requirements_have_one_form_and_survive_a_round_trip(typed: str, text: str) -> None:
    parsed = parse_requirement(typed)
    assert parsed.text == text
    assert parse_requirement(parsed.text) == parsed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("--index-url http://x", "requirement_option"),
        ("-e .", "requirement_option"),
        ("six @ file:///etc/passwd", "requirement_url"),
        ("/etc/passwd", "requirement_url"),
        ("https://example.com/x.whl", "requirement_url"),
        ("six six", "requirement_invalid"),
        ("six\n-r x", "requirement_invalid"),
        ("sïx", "requirement_invalid"),
        ("a" * 500, "requirement_invalid"),
    ],
)
def test_anything_but_names_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ScriptProblem) as caught:
        parse_requirements(["# comment", "", typed])
    assert caught.value.code == code
    assert caught.value.line == 3
    assert caught.value.message.startswith("Line 3: ")


def test_names_of_the_allow_list_are_canonical() -> None:
    assert {canonical_name(name) for name in DEFAULT_ALLOWED} == DEFAULT_ALLOWED
    assert canonical_name(" Alpaca_Trade.API ") == "alpaca-trade-api"
    with pytest.raises(ScriptProblem):
        canonical_name("not a name")


def test_refused_packages_are_all_named() -> None:
    check_allowed(parse_requirements(["Pandas_TA>=0", "numpy"]), DEFAULT_ALLOWED)
    with pytest.raises(ScriptProblem, match=r"flask, left-pad are not .* administrator") as caught:
        check_allowed(parse_requirements(["numpy", "left-pad", "flask==1", "flask"]), DEFAULT_ALLOWED)
    assert caught.value.code == "package_not_allowed"


def test_metadata_and_settings_are_merged() -> None:
    merged = resolve_requirements(
        parse_requirements(["six", "pandas>=2"]), parse_requirements(["Six", "pandas<3"])
    )
    assert [wanted.text for wanted in merged] == ["pandas<3", "pandas>=2", "six"]


def test_keys_tell_what_matters_and_nothing_else() -> None:
    six, numpy = Requirement("six"), Requirement("numpy")
    assert request_key([six, numpy], "cp311") == request_key([numpy, six, six], "cp311")
    assert len({request_key([six], "cp311"), request_key([six], "cp312"), request_key([numpy], "cp311")}) == 3
    assert environment_key("six==1", "cp311") != environment_key("six==2", "cp311")
    assert environment_key("six==1", "cp311") != environment_key("six==1", "cp312")
    assert environment_key("six==1", "cp311") != request_key([six], "cp311")


def test_only_imports_that_always_happen_count() -> None:
    source = """
from __future__ import annotations
import os, sys, zoneinfo, dataclasses
import pandas as pd, google.cloud.storage
from sklearn.linear_model import Ridge
from . import sibling
from .other import thing
try:
    import ujson
except ImportError:
    import json
if sys.platform == 'win32':
    import winreg_extra
with open('x') as f:
    import in_with
def f():
    import in_function
class C:
    import in_class
"""
    assert unconditional_imports(ast.parse(source)) == {"pandas", "google", "sklearn"}


def test_too_many_imports_are_refused() -> None:
    with pytest.raises(ScriptProblem, match="imports 501 modules"):
        unconditional_imports(ast.parse("import " + ",".join(f"m{number}" for number in range(501))))


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("cv2", "opencv-python"),
        ("PIL", "pillow"),
        ("sklearn", "scikit-learn"),
        ("yaml", "pyyaml"),
        ("dateutil", "python-dateutil"),
        ("bs4", "beautifulsoup4"),
        ("dotenv", "python-dotenv"),
        ("talib", "ta-lib"),
        ("binance", "python-binance"),
        ("websocket", "websocket-client"),
        ("telegram", "python-telegram-bot"),
        ("Some_Thing", "some-thing"),
    ],
)
def test_usual_packages_are_suggested(name: str, package: str) -> None:
    assert suggested_package(name) == package


def test_missing_imports_say_how_to_fix_it() -> None:
    missing = missing_imports({"talib", "numpy", "flask"}, {"numpy"}, DEFAULT_ALLOWED)

    assert [(each.import_name, each.package) for each in missing] == [("flask", "flask"), ("talib", "ta-lib")]
    assert "administrator" in missing[0].message
    assert "administrator" not in missing[1].message
    assert "Packages" in missing[1].message
    text = explain_missing(missing)
    assert '#     "ta-lib",' in text
    assert read_metadata(text).dependencies == (Requirement("flask"), Requirement("ta-lib"))
    assert explain_missing([]) == ""


def test_block_to_paste_can_be_read_back() -> None:
    assert read_metadata(metadata_block(["six", "numpy"])).dependencies == (
        Requirement("six"),
        Requirement("numpy"),
    )
