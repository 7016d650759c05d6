"""When this is recorded, start that."""
