"""Limits that block entries, pauses that stop them, and the offsetting of a loss by parts of winning positions."""
