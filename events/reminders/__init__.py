"""Gates and escalations past their due time, and who is told."""
