"""Read models of the risk domain."""
