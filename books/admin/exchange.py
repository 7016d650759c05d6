"""Lists of the registry that can be taken out and brought in as CSV and JSON."""

import json
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminFileFieldWidget

from books.admin.rows import Rows
from books.exchange import FORMATS, Outcome, Table, bring_in, read, write
from books.exchange.reading import MOST_BYTES, MOST_LINES


class FileForm(forms.Form):
    """A file at first; then its text again, with the digest of what was told it would change."""

    file = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.json"}),
        help_text="CSV in UTF-8 or JSON as the list is taken out, at most "
        f"{MOST_BYTES // 1000:,} kB and {MOST_LINES:,} lines",
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    form = forms.ChoiceField(
        required=False, choices=[(one, one) for one in FORMATS], widget=forms.HiddenInput
    )
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if file := said.get("file"):
            if file.size > MOST_BYTES:
                raise ValidationError(f"the file has more than {MOST_BYTES // 1000:,} kB")
            said["form"] = "json" if file.name.lower().endswith(".json") else "csv"
            said["content"], said["agreed"] = file.read(), ""
        elif said.get("text") and said.get("form"):
            said["content"] = _unpacked(said["text"])
        else:
            raise ValidationError("choose a file")
        return said


def _packed(content: bytes) -> str:
    """As a field carries it: a browser would change the line ends of a plain one."""
    return json.dumps(content.decode("utf-8-sig"))


def _unpacked(text: str) -> bytes:
    """Raises ValidationError for what no page of ours sends."""
    try:
        return str(json.loads(text)).encode()
    except (ValueError, RecursionError) as error:
        raise ValidationError("choose a file") from error


class Exchanged(Rows):
    """`table` is what is taken out and brought in."""

    table: Table
    change_list_template = "admin/exchanged_list.html"

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        ours = [
            path(f"export.{form}", wrap(self.export), {"form": form}, name=f"{name}_export_{form}")
            for form in FORMATS
        ]
        ours.append(path("import/", wrap(self.bring), name=f"{name}_import"))
        return [*ours, *super().get_urls()]

    def export(self, request: HttpRequest, form: str) -> HttpResponse:
        """The list as it is filtered, all its pages."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:  # the list itself says so
            return HttpResponseRedirect(self._list_address(error=True))
        answer = HttpResponse(write(self.table, rows, form), content_type=FORMATS[form])
        answer["Content-Disposition"] = f'attachment; filename="{self.table.noun}s.{form}"'
        return answer

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Changes rows and makes new ones: for who may both."""
        app, model = self.opts.app_label, self.opts.model_name
        return request.user.has_perms([f"{app}.add_{model}", f"{app}.change_{model}"])

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        more = {**(extra_context or {}), "may_import": self.has_import_permission(request)}
        return super().changelist_view(request, more)

    def bring(self, request: HttpRequest) -> HttpResponse:
        """A file is asked for, what it would change is told, and then done."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        outcome = None
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            reading = read(self.table, said["content"], said["form"])
            outcome = bring_in(self.table, reading, agreed=said["agreed"])
            if not outcome.problems and outcome.digest == said["agreed"]:
                return self._done(request, outcome)
            form = self._shown(said, outcome)
        return self._page(request, form, outcome)

    def _done(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        new = sum(change.new for change in outcome.changes)
        told = f"{new} new, {len(outcome.changes) - new} changed, {outcome.same} as they were"
        self.message_user(request, told)
        return HttpResponseRedirect(self._list_address())

    def _list_address(self, *, error: bool = False) -> str:
        place = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return f"{place}?{ERROR_FLAG}=1" if error else place

    def _shown(self, said: dict[str, Any], outcome: Outcome) -> FileForm:
        """Asks to agree where there is something to agree to."""
        if outcome.problems or not outcome.changes:
            return FileForm()
        text = _packed(said["content"])
        return FileForm(initial={"text": text, "form": said["form"], "agreed": outcome.digest})

    def _page(
        self, request: HttpRequest, form: FileForm, outcome: Outcome | None
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Import {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "form": form,
            "outcome": outcome,
            "table": self.table,
            "columns": ", ".join(self.table.columns),
        }
        wrong = form.errors or (outcome and outcome.problems)
        status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
        return TemplateResponse(request, "admin/exchange.html", context, status=status)
