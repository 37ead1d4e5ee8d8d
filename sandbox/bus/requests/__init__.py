"""Requests that a client sends as messages and awaits answers to: tokens (CBS) and the management of a queue."""
