"""Threads that end in time."""

import threading
from concurrent.futures import ThreadPoolExecutor


def finish(pool: ThreadPoolExecutor, seconds: float) -> None:
    """Let the pool begin with nothing more, and wait so long at most for what it has begun."""
    pool.shutdown(wait=False)
    idle = threading.Thread(target=pool.shutdown, daemon=True)
    idle.start()
    idle.join(seconds)
