"""`dollarclub doctor`: look at every part and say what is wrong and what to do."""

import typer

from dollarclub.entry.cli.output import JsonFlag, show, table


def doctor(*, as_json: JsonFlag = False) -> None:
    """Check every part of the installation; the exit code is 1 when something is broken."""
    from dollarclub.entry.cli.diagnosis import examine

    findings = examine()
    broken = [finding for finding in findings if finding.level == "broken"]
    rows: list[list[object]] = [[finding.level, finding.part, finding.text] for finding in findings]
    text = table(["state", "part", "finding"], rows)
    for finding in findings:
        if finding.details:
            text += "\n\n" + "\n  - ".join([f"{finding.part}:", *finding.details])
    if broken:
        text += "\n\n" + "\n".join(
            f"{finding.part}: {finding.advice}" for finding in broken if finding.advice
        )
    facts = {"ok": not broken, "findings": [finding.as_dict() for finding in findings]}
    show(facts, text, as_json=as_json)
    if broken:
        raise typer.Exit(1)
