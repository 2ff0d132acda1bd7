"""The assignment: who gave it, what the plan must hold, and when to report."""
