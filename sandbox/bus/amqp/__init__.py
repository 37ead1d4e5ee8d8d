"""AMQP 1.0 on the wire (OASIS, October 2012, parts 1 to 3): bytes to values and values to bytes, no state."""
