"""The position engine: an alert opens a group, a group has pyramids, a pyramid has legs.

A group is what one account holds on one key in one symbol, timeframe and side because its alerts said so. Everything
about it is derived from rows: what was planned, what was ordered, what was filled.
"""
