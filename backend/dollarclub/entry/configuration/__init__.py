"""An account's configuration as one document: exported, compared, imported as a whole, reset; no secret is in it."""
