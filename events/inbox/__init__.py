"""What waits for a human, and for whom: gates, escalations, and work that people do."""
