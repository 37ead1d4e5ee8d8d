"""The way: one file per step or door. `function_app.py` names them in the order in which the data travels."""
