"""Every statement that writes or locks rows of the positions domain."""
