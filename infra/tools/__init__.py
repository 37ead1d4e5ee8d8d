"""`python -m infra.tools.NAME`: checks of `infra/` without Azure, and what packages, stamps and smoke-tests Hunter."""
