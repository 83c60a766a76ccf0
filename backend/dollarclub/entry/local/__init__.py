"""What runs the platform on one machine: embedded PostgreSQL and Redis, the process supervisor and the start itself.

`postgres`, `redis`, `layout` and `procfs` need nothing but the standard library, so that a launcher starts at once.
"""
