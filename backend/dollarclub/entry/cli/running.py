"""`dollarclub up`."""

import json
from typing import TYPE_CHECKING, Any

from dollarclub.entry.cli.output import JsonFlag

if TYPE_CHECKING:
    from dollarclub.entry.local.instance import Instance


def up(*, as_json: JsonFlag = False) -> None:
    """Start the platform with everything it needs and run it until Ctrl-C."""
    from dollarclub.entry.local.up import up as run

    def say(line: str) -> None:
        if not as_json:
            print(line, flush=True)

    def announce(instance: "Instance", facts: dict[str, Any]) -> None:
        if as_json:
            print(json.dumps(facts), flush=True)
        else:
            print(block(facts, str(instance.layout.logs)), flush=True)

    run(say=say, announce=announce)


def block(facts: dict[str, Any], logs: str) -> str:
    """The one block that a start prints."""
    rows = [("Dashboard", facts["url"])]
    if facts.get("setup_code"):
        rows.append(
            ("First sign-in", f"{facts['url']}/register with the one-time code {facts['setup_code']}")
        )
    elif facts.get("made_administrator"):
        rows.append(("First sign-in", f"as {facts['made_administrator']} with INITIAL_SUPERUSER_PASSWORD"))
    rows += [("Data", facts["data_dir"]), ("Logs", logs), ("Stop", "Ctrl-C")]
    lines = "\n".join(f"  {name:<15}{value}" for name, value in rows)
    return f"\n  DollarClub is running\n\n{lines}\n"
