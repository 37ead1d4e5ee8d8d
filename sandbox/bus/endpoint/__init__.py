"""The conversation with one client: connection, sessions, links (part 2 of the specification)."""
