"""How many positions an account may hold at once, and the queue of entries that wait for a free slot."""
