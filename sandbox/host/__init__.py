"""A stand-in for the Azure Functions host and its Python worker, for one machine: `python -m sandbox.host`."""
