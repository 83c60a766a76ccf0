"""The operator's side, on a port and with a token of its own."""
