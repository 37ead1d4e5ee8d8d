"""A person's commands: `python -m operate --help`."""
