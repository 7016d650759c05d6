"""The page on which a gate is decided: what changed, what was said of it, and the decision."""
