"""Steady load by hand: `python -m tests.soak [--minutes 5] [--rate 3]` shows whether memory and queues stay flat."""
