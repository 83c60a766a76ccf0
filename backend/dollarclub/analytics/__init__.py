"""What trading came to: figures of closed groups over any span of time, and the whole as it stands now. It only reads."""
