"""Router of the signals domain."""
