"""Binance's REST: routes, signatures, weights, and how the engine's objects look on the wire."""
