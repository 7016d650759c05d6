"""Addresses of what happened and what followed from it."""
