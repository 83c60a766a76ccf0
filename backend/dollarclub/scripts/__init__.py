"""Users' Python scripts: sources and versions, runs with their state machine and log, secrets, packages, the supervisor."""
