#!/usr/bin/env python
"""Bindery's command line."""

import gc
import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

OBJECTS_BEFORE_COLLECTING = 50_000  # at Python's 700, starting is searched for garbage 120 times


def main() -> None:
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
