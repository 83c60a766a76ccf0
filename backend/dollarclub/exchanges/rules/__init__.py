"""Pure rules of the exchanges domain."""
