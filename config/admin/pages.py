"""The page of one object in the admin, with its verbs; and the page of each verb."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.decorators import action
from unfold.enums import ActionVariant

from books.admin.rows import let_go
from books.errors import WouldLose
from config import errors
from config.admin.forms import VerbForm
from config.admin.sheets import Sheet
from config.admin.verbs import Asked, Button, Foreseen, Verb, offered, page_of
from config.login.powers import caller_of

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object
FORESEE = "_foresee"
AGAIN = "_again"


def instead(model: type[Model]) -> Any:
    """Registers a page in the place of the one that its app registered."""

    def take(page: type[Any]) -> type[Any]:
        admin.site.unregister(model)
        admin.site.register(model, page)
        return page

    return take


class ObjectPage(Base):
    """A page with what `sheet` says of its row, and a button for each verb that may be done."""

    verbs: ClassVar[tuple[Verb, ...]] = ()
    change_form_outer_before_template = "admin/bindery/before.html"
    change_form_outer_after_template = "admin/bindery/after.html"

    class Media:
        css: ClassVar = {"all": ["bindery/desk.css", "bindery/graph.css"]}

    def sheet(self, row: Any, request: HttpRequest) -> Sheet:  # noqa: ARG002
        return Sheet()

    def get_urls(self) -> list[URLPattern]:
        meta = self.opts
        name = f"{meta.app_label}_{meta.model_name}_do"
        view = self.admin_site.admin_view(self.verb_view)
        return [path("<path:object_id>/do/<slug:verb>/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None:
            verbs = offered(self.verbs, row, caller_of(request.user))
            buttons = [Button(verb.label, page_of(row, verb.name), verb.look) for verb in verbs]
            context |= {"sheet": self.sheet(row, request), "buttons": buttons}
        return super().render_change_form(request, context, *args, **kwargs)

    def verb_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        found = next((one for one in self.verbs if one.name == verb), None)
        if row is None or found is None or not self.has_view_permission(request, row):
            raise Http404
        return Doing(self, request, found, row).answer()


def asked_of_list(verb: Verb, icon: str) -> Any:
    """The method of a page for a verb that is asked of no row: a button above the list."""

    def view(page: Base, request: HttpRequest) -> HttpResponse:
        return Doing(page, request, verb, None).answer()

    view.__name__ = verb.name
    look = {"icon": icon, "variant": ActionVariant.PRIMARY}
    button = action(view, description=verb.label, url_path=verb.name, **look)
    button.allowed_permissions = (verb.name,)  # of the button; the page says in words why not
    return button


def may_ask(verb: Verb) -> Any:
    """The method `has_…_permission` of such a verb."""

    def may(_page: Base, request: HttpRequest) -> bool:
        return not verb.lacking(caller_of(request.user))

    return may


class Doing:
    """One verb, asked of a row, or of a list where `row` is None."""

    def __init__(self, page: Base, request: HttpRequest, verb: Verb, row: Any) -> None:
        self.page, self.request, self.verb, self.row = page, request, verb, row
        self.caller = caller_of(request.user)

    def answer(self) -> HttpResponse:
        if why := self.verb.lacking(self.caller):
            return self._refused(errors.Refusal(HTTPStatus.FORBIDDEN, "not_allowed", why))
        if self.request.method == "POST":
            return self._posted(self.verb.form(self.request.POST, row=self.row))
        if why := self.verb.hindered(self.row):
            return self._refused(errors.Refusal(HTTPStatus.CONFLICT, "illegal", why))
        return self._shown(self.verb.form(row=self.row))

    def _posted(self, form: VerbForm) -> HttpResponse:
        if form.shows_again and AGAIN in self.request.POST:
            return self._shown(form)
        if not form.is_valid():
            return self._shown(form, risky=form.asks_again, status=HTTPStatus.BAD_REQUEST)
        try:
            return self._done(form)
        except Exception as error:
            if (refusal := errors.for_people(error)) is None:
                raise
            risky = isinstance(error, WouldLose)
            return self._shown(form, refusal=refusal, risky=risky, status=refusal.status)

    def _done(self, form: VerbForm) -> HttpResponse:
        key = form.cleaned_data["key"]
        asked = Asked(self.row, form.said, self.caller.name, key)
        unseen = FORESEE in self.request.POST or form.cleaned_data["foreseen"] != form.asked_about
        if self.verb.foresee and unseen:
            return self._shown(form, coming=self.verb.foresee(asked))
        done = self.verb.act(asked)
        messages.success(self.request, done.told, extra_tags=let_go(self.request))
        return HttpResponseRedirect(page_of(done.at or self.row))

    def _refused(self, refusal: errors.Refusal) -> HttpResponse:
        return self._shown(None, refusal=refusal, status=refusal.status)

    def _shown(
        self,
        form: VerbForm | None,
        *,
        refusal: errors.Refusal | None = None,
        coming: Foreseen | None = None,
        risky: bool = False,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        about = f" · {self.row}" if self.row is not None else ""
        context = {
            **self.page.admin_site.each_context(self.request),
            "title": f"{self.verb.label}{about}",
            "opts": self.page.opts,
            "verb": self.verb,
            "stands": self.verb.stands(self.row),
            "form": form,
            "fields": _asked_for(form, risky=risky),
            "refusal": refusal,
            "foresees": self.verb.foresee is not None,
            "coming": coming,
            "back": self._back(),
        }
        return TemplateResponse(self.request, "admin/bindery/verb.html", context, status=status)

    def _back(self) -> str:
        if self.row is not None:
            return page_of(self.row)
        return self.request.path.removesuffix(f"{self.verb.name}/")


def _asked_for(form: VerbForm | None, *, risky: bool) -> list[Any]:
    """The fields to show: what is asked only where work would be lost, only then."""
    if form is None:
        return []
    again = risky or any(form[name].value() for name in form.after_refusal)
    return [one for one in form.visible_fields() if again or one.name not in form.after_refusal]
