"""Read models of the positions domain."""
