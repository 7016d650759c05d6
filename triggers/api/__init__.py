"""Addresses of what starts what."""
