"""What waits for a human's answer: shown, taken, resolved."""
