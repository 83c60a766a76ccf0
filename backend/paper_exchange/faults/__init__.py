"""Faults on demand: everything that a real exchange does to its clients, switched on for whom, where and how often."""
