"""Keeps test runs out of ./var. Loaded before the settings (`-p tests.environment`)."""

import os
from tempfile import TemporaryDirectory

folder = TemporaryDirectory(prefix="bindery-tests-")  # until the process ends
os.environ.setdefault("BINDERY_DATA", folder.name)
