"""Answers become points, points become themes: pure functions on plain values (see docs/adr/0004)."""
