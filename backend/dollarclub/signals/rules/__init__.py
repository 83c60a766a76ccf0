"""Rules of the signals domain."""
