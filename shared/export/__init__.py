"""Rows of the list in, a file for a spreadsheet out."""
