"""Rules of the positions domain."""
