"""Read models of the analytics domain."""
