"""Starts the platform as a newcomer would, measures it from outside over HTTP, and prints one table.

`figures` holds one module a figure. Each returns rows: what was measured, what it is held against, and a baseline that
was taken in between, so that a busy machine slows both.
"""
