"""Telling receivers outside the house what happened."""
