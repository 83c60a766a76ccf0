"""Who may do what: accounts, sign-in, refresh sessions that can be revoked, API tokens and roles."""
