"""Websockets: market streams, user-data streams, and the request API over a socket."""
