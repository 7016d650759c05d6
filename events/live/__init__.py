"""Events as they happen, to many listeners at once."""
