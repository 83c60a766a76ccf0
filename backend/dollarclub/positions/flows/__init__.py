"""Flows of the positions domain: short transactions around calls to an exchange."""
