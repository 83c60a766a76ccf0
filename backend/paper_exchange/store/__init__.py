"""Where the exchange's state lives between two lives of the process."""
