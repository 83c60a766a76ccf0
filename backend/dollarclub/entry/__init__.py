"""The composition root: the only place that knows every domain, and the programs that people and systemd start."""
