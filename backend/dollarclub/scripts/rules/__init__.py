"""What must hold for a script and its runs, free of database, clock and network: states, source, metadata, packages."""
