"""Service of the signals domain."""
