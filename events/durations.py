"""How long something took, in words."""

DAY, HOUR, MINUTE = 86_400, 3_600, 60


def duration(seconds: int | None) -> str:
    """`2 d 3 h`, `5 min` or `40 s`: the two largest units; `-` for none."""
    if seconds is None:
        return "-"
    units = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s"))
    parts, left = [], seconds
    for size, unit in units:
        if count := left // size:
            parts.append(f"{count} {unit}")
        left %= size
    return " ".join(parts[:2]) or "0 s"
