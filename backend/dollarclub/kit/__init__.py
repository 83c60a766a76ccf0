"""Small building blocks without any dependency: clock, identifiers, exact money, pages."""
