"""What every address of the REST interface shares."""

from typing import Any, ClassVar

from rest_framework.exceptions import ErrorDetail, NotFound, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from books.api.filters import Filters
from books.api.pages import PAGING
from books.errors import nearest

BREAKS_DATABASES = "\0"
WAS_NO_UTF_8 = "\ufffd"  # what Django puts in its place


class Endpoint(APIView):
    """One address. Who may do what at it stands in `config/access.py`, by the name of its route.

    `takes` names the query parameters that it reads; others are refused, as misspelt ones would
    be ignored otherwise. `keyed` says that POST reads the `Idempotency-Key`, `also_refuses` which
    statuses it may answer besides those that go with its method: the schema tells of both.
    """

    takes: ClassVar[frozenset[str]] = frozenset()
    keyed: ClassVar[bool] = False
    also_refuses: ClassVar[frozenset[int]] = frozenset()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if any(not sound(str(part)) for part in kwargs.values()):
            raise NotFound
        refuse_strange(request, self.takes)

    @property
    def key(self) -> str:
        """The request's `Idempotency-Key`; empty where there is none."""
        if (key := self.request.headers.get("Idempotency-Key")) is None:
            return ""
        if not key.strip() or not sound(key):
            raise ValidationError({"Idempotency-Key": "is empty or not readable"})
        return key


class Listing(Endpoint, ListAPIView[Any]):
    """A list in pages, whose `serializer_class` is the noun of its rows."""

    filterset_class: ClassVar[type[Filters] | None] = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        self.takes = PAGING.union(filters)  # type: ignore[misc]
        super().initial(request, *args, **kwargs)


def sound(text: str) -> bool:
    """Whether a database takes it: no NUL, and nothing that is not UTF-8."""
    bad = BREAKS_DATABASES in text or WAS_NO_UTF_8 in text
    return not bad and text == text.encode(errors="replace").decode()


def refuse_strange(request: Request, known: frozenset[str]) -> None:
    """Query parameters that nobody reads, that stand twice, or are empty: a variable that was not
    set would ask for everything."""
    wrong: dict[str, list[ErrorDetail]] = {}
    for name, values in request.query_params.lists():
        if name not in known:
            hint = nearest(name, known) if known else ""
            wrong[name] = [ErrorDetail(f"is not known here{hint}", "unknown")]
        elif len(values) > 1 or not values[0].strip() or not sound(values[0]):
            wrong[name] = [ErrorDetail("names nothing, or more than one thing", "invalid")]
    if wrong:
        raise ValidationError(wrong)
