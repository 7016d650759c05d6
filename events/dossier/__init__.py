"""The release dossier: one zip with a version, what was made of it, and who judged it."""
