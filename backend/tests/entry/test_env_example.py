"""`.env.example` and the settings say the same."""

import re
from pathlib import Path

from pydantic_settings import BaseSettings

from dollarclub.core.settings import Settings

EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"


def documented() -> dict[str, str]:
    lines = re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    return dict(lines)


def declared() -> set[str]:
    groups = [type(group) for group in vars(Settings()).values() if isinstance(group, BaseSettings)]
    return {
        str(field.validation_alias or name).upper()
        for group in groups
        for name, field in group.model_fields.items()
    }


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert set(documented()) == declared()


def test_the_documented_defaults_are_the_real_ones(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in declared():
        monkeypatch.delenv(name, raising=False)
    plain = vars(Settings())
    for name, text in documented().items():
        monkeypatch.setenv(name, text)
    for name, group in vars(Settings()).items():
        assert group == plain[name]
