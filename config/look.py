"""How the admin looks: in the colours of the console, told by one stylesheet (`colours.css`)."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

from config import menu

SCRIPTS = ("storage", "kept", "kept-forms", "admin")
SHADES = (50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950)


def shades(of: str) -> dict[str, str]:
    return {str(shade): f"var(--{of}-{shade})" for shade in SHADES}


def _static(path: str) -> Any:
    return lambda _request: static(path)


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Bindery",
    "SITE_HEADER": "Bindery",
    "SITE_URL": reverse_lazy("console:inbox"),
    "SITE_FAVICONS": [
        {"rel": "icon", "href": _static("bindery/icon.svg"), "type": "image/svg+xml"}
    ],
    "DASHBOARD_CALLBACK": "config.overview.dashboard",
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "5px",
    "STYLES": [_static("bindery/colours.css"), _static("bindery/admin.css")],
    "SCRIPTS": [_static(f"bindery/{name}.js") for name in SCRIPTS],
    "COLORS": {"base": shades("stone"), "primary": shades("brick")},
    "SITE_ICON": _static("bindery/icon.svg"),
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": menu.navigation,
    },
    "ACCOUNT": {"navigation": menu.account_links},
}
