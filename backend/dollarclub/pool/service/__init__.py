"""Steps of the pool on an open session."""
