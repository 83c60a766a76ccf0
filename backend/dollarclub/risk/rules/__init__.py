"""Pure rules of risk."""
