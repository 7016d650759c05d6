"""What is kept may be damaged, and there may be no room to keep anything."""

import logging
from pathlib import Path

import pytest

from config.keeping import Keeping


def kept_in(folder: Path) -> Keeping:
    return Keeping(str(folder), {})


def test_what_is_damaged_was_never_kept(tmp_path: Path) -> None:
    cache = kept_in(tmp_path)
    cache.set("a", 1)
    cache.set("b", 2)
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    for file in tmp_path.glob("*.djcache"):
        file.write_bytes(b"damaged")
    assert cache.get_many(["a", "b"]) == {}
    assert cache.get("a", "worked out") == "worked out"
    cache.set("a", 3)
    assert cache.get("a") == 3


def test_where_nothing_can_be_kept_one_goes_on_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "a file"
    file.touch()
    cache = kept_in(file / "beneath")
    with caplog.at_level(logging.WARNING):
        cache.set("a", 1)
    assert cache.get("a") is None
    assert "Nothing can be kept as a" in caplog.text
