"""Addresses of what happened, what followed from it, and who is told."""
