"""Watches the runs of one worker process: three threads, however many runs.

The loop spawns processes, reads their output and ends them; the writer stores logs and state changes; the control thread
claims, looks at flags, renews leases and sweeps. Only the writer and the control thread touch the database, so that a
database that is away or slow stops neither reading nor killing.
"""
