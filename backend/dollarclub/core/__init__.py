"""What every domain stands on: settings, database, outbox, nudges, errors, security, logging and the web edge."""
