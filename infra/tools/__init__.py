"""`python -m infra.tools.NAME`: checks of `infra/` without Azure, the package, the stamp, the licences, the smoke test."""
