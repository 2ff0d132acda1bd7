"""Health data: allergies, access needs, interpreters (invariant 8)."""
