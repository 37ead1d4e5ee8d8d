"""Table Storage in memory, over HTTP and in a process of its own: what Azurite answers, also over 100,000 rows.

Azurite grows quadratic; this does not. `tests/test_table_double.py` holds both to the same promises. Entities are kept
as the JSON that came, so that any client's types survive.
"""
