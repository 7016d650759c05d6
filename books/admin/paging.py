"""Pages of lists of which nobody knows how long they are: nothing is counted."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

if TYPE_CHECKING:
    Counting = Paginator[Any]
else:
    Counting = Paginator

DEEPEST = 10_000
"""Rows that may be leafed through; who looks for older ones filters or searches."""


class Leaf(Page[Any]):
    """Knows whether another follows, because one row more was read."""

    more = False

    def has_next(self) -> bool:
        return self.more


class Leaves(Counting):
    template_name = "admin/leaves.html"

    @cached_property
    def count(self) -> int:
        return DEEPEST

    def page(self, number: int | str) -> Leaf:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + 1])
        leaf = Leaf(rows[: self.per_page], number, self)
        leaf.more = len(rows) > self.per_page and number < self.num_pages
        return leaf


class Leafed(ChangeList):  # type: ignore[misc]
    """A list by such pages."""

    def get_results(self, request: HttpRequest) -> None:
        admin = self.model_admin
        self.paginator = admin.get_paginator(request, self.queryset, self.list_per_page)
        try:
            self.leaf = self.paginator.page(self.page_num)
        except InvalidPage as error:
            raise IncorrectLookupParameters from error
        self.result_list = self.leaf.object_list
        self.result_count = len(self.result_list)
        self.full_result_count = self.result_count
        self.show_full_result_count = self.can_show_all = False
        self.show_admin_actions = bool(self.result_list)
        self.multi_page = self.leaf.has_other_pages()

    @property
    def previous_url(self) -> str:
        return self._to(self.page_num - 1) if self.leaf.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self._to(self.page_num + 1) if self.leaf.has_next() else ""

    @property
    def first_shown(self) -> int:
        return (int(self.page_num) - 1) * int(self.list_per_page) + 1

    @property
    def last_shown(self) -> int:
        return self.first_shown - 1 + int(self.result_count)

    def _to(self, page: int) -> str:
        return str(self.get_query_string({"p": page}))
