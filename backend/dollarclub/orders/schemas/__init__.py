"""What the orders domain takes and answers over HTTP."""
