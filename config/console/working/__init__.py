"""Doing a step in the browser: claiming it, writing or judging, handing it back."""
