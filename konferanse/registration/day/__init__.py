"""The day itself: papers, check-in, walk-ins, attendance."""
