"""What is told to who decides a gate: what was sent back before, and where it would go now."""
