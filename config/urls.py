from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path, re_path

from config import errors
from config.console.working.looking import styles
from config.login.views import Login
from config.metrics.views import metrics

admin.autodiscover()

handler400 = handler403 = handler404 = handler500 = "config.errors.page"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("config.console.urls")),
    path("work/chapter.css", styles, name="chapter-styles"),
    path("metrics", metrics, name="metrics"),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("books.api.urls")),
    path("api/v1/", include("workflows.api.urls")),
    path("api/v1/", include("events.api.urls")),
    path("api/v1/", include("triggers.api.urls")),
    path("api/v1/", include("config.schema.urls")),
    # Django would send a POST without its last slash on as a GET.
    re_path(r"^api/", errors.nothing_here, name="nothing-here"),
]
