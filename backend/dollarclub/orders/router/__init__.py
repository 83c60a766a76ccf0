"""Router of the orders domain."""
