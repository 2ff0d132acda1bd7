"""The organiser selects who comes."""
