"""What the next version of a book builds on, and its number."""

from dataclasses import dataclass

from books.errors import Conflict
from books.models import Book, BookVersion, number_of, rank_of

MINOR = 10**5


@dataclass(frozen=True)
class Heads:
    """The latest settled and the highest version; equal while no other was made or settled."""

    latest: BookVersion | None
    highest: BookVersion | None

    @classmethod
    def of(cls, book: Book) -> "Heads":
        ranked = BookVersion.objects.filter(book=book).order_by("-rank")
        highest = ranked.first()
        if highest is None or highest.made_by_run_id is None:
            return cls(highest, highest)
        return cls(ranked.settled().first(), highest)

    def next_rank(self, number: str | None) -> int:
        """The wanted number's rank, else the next minor. Raises Conflict for a taken one."""
        top = self.highest.rank if self.highest else 0
        if number is None:
            return (top // MINOR + 1) * MINOR if top else rank_of("1.0.0")
        if (rank := rank_of(number)) <= top:
            raise Conflict(f"{number} is not above {number_of(top)}, the highest there is")
        return rank
