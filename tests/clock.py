"""The one clock that all code reads, moved."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone


def later(monkeypatch: pytest.MonkeyPatch, **delta: float) -> None:
    """From here on it is later by so much (`hours=25`)."""
    moved = timezone.now() + timedelta(**delta)
    monkeypatch.setattr(timezone, "now", lambda: moved)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """From here on it is that moment."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
