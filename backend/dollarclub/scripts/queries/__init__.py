"""Read models of the scripts domain: scripts, runs, logs and the monitor, always within one account."""
