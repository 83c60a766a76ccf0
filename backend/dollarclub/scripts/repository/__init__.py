"""Every write of the scripts domain as one SQL statement each: scripts and versions, runs, log fragments, secrets."""
