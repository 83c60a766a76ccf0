"""Statements of the risk domain that write or lock."""
