"""What was sent back, how often, and where the time went."""
