"""Invited organisations, with seats held for each."""
