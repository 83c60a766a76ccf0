"""What a worker of the queue `trading` owns: exchange calls through ccxt, each kind of work a duty of its own."""
