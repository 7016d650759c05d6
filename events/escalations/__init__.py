"""What waits for a human: opened, shown, answered."""
