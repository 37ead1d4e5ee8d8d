"""Microsoft's own Python worker library against our apps; it needs a Python 3.13 and an environment of its own."""
