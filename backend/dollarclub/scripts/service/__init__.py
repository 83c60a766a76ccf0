"""The use cases of the scripts domain, as steps that take an open session and never commit."""
