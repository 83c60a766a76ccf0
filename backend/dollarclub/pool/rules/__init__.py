"""Pure rules of the pool."""
