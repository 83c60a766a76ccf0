"""Queries of the signals domain."""
