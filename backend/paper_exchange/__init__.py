"""The paper exchange: a program of its own on the far side of a real socket.

It speaks Binance's wire format (spot and USDT-M futures, REST and websockets), so that an unmodified client trades on it, and
it can be told to fail in every way that a real exchange fails. It imports nothing of the platform.
"""
