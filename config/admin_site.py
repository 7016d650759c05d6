from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from config.login.powers import powers_of
from workflows.callers import Power

if TYPE_CHECKING:
    Site = AdminSite
else:
    Site = UnfoldAdminSite


class BinderySite(Site):
    index_title = "Books and their workflows"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever reads all may look; what more a user may is asked of each page."""
        return request.user.is_active and (
            request.user.is_staff or Power.READ in powers_of(request.user)
        )

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """There is one page to log in at, and one place where tries are counted."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(wanted)
