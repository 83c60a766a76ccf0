"""The frontend's API client is the one that this API generates: `client.py` compares, `client.py --write` brings it up to date."""

import subprocess
import sys
import tempfile
from pathlib import Path

from dollarclub.entry.cli.openapi import contract as current_contract

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
CONTRACT = FRONTEND / "src" / "api" / "openapi.json"
CLIENT = FRONTEND / "src" / "api" / "schema.gen.ts"


def generate(folder: Path) -> dict[Path, str]:
    """Contract and client as they should be."""
    contract, client = folder / "openapi.json", folder / "schema.gen.ts"
    contract.write_text(current_contract())
    tool = FRONTEND / "node_modules" / ".bin" / "openapi-typescript"
    subprocess.run(
        [str(tool), str(contract), "-o", str(client)], check=True, stdout=subprocess.DEVNULL, cwd=FRONTEND
    )
    return {CONTRACT: contract.read_text(), CLIENT: client.read_text()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(Path(folder))
    stale = [path for path, text in fresh.items() if not path.exists() or path.read_text() != text]
    if "--write" in sys.argv:
        for path in stale:
            path.write_text(fresh[path])
    elif stale:
        sys.exit(f"{', '.join(path.name for path in stale)}: not what the API generates: run `make client`")


if __name__ == "__main__":
    main()
