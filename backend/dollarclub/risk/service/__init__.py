"""Steps of the risk domain."""
