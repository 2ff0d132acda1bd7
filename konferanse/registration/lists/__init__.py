"""Finding, counting, taking in and out, and doing things to many."""
