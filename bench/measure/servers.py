"""Addresses of the embedded servers, as the platform's own command line finds them."""

import json
import subprocess
import sys
from dataclasses import dataclass

from measure.stack import ROOT

ASK = """\
import json
from dollarclub.core.settings import load_settings
from dollarclub.entry.local.instance import attach

attach()
settings = load_settings()
print(json.dumps([each.url.get_secret_value() for each in (settings.database, settings.redis)]))
"""


@dataclass(frozen=True)
class Servers:
    """URLs of PostgreSQL and Redis."""

    database: str
    redis: str

    @classmethod
    def of(cls, environment: dict[str, str]) -> "Servers":
        """Those of the installation that `environment` describes."""
        asked = subprocess.run(
            [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        database, redis = json.loads(asked.stdout)
        return cls(database, redis)
