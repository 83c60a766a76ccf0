"""What each exchange does differently, as a table that is checked when a key is saved."""
