"""Upkeep of the store: whether it holds what rows name, and what in it no row names."""
