"""The HTTP face of the scripts domain; it translates and decides nothing."""
