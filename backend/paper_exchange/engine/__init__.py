"""The matching engine: pure and exact. Time and books come in, refusals and effects come out; no clock, no I/O."""
