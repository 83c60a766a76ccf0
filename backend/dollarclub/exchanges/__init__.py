"""Exchanges as the platform sees them: a Gateway over ccxt, venues and what they can, markets and their precision."""
