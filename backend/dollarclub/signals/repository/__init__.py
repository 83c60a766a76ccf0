"""Repository of the signals domain."""
