"""Points in time as people and programs write them."""

from datetime import UTC, datetime


def moment(word: str) -> datetime:
    """An ISO 8601 date, which means its midnight, or time; UTC where it names no offset. Raises
    ValueError, saying what would be right."""
    try:
        found = datetime.fromisoformat(word)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f'"{word}" is no date or time such as 2025-03-01 or 2025-03-01T12:30'
        ) from error
