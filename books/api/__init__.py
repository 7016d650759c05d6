"""What every address of the REST interface shares, and those of the registry."""
