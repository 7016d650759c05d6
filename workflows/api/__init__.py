"""Runs, steps, work, artifacts and agents over REST."""
