"""Exchange keys: encrypted at rest, masked, tried by the trading worker, opened as a Gateway for whoever may trade."""
