"""The application a server runs: `config.asgi:application`."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()

import config.urls  # noqa: E402, F401 (all views: the first request should not wait for them)
from config.serving.bodies import BodyLimit  # noqa: E402 (Django first: they ask its settings)
from config.serving.broken_off import BrokenOff  # noqa: E402
from config.serving.leaving import Leaving  # noqa: E402
from config.serving.static import StaticFiles  # noqa: E402

application = BrokenOff(
    Leaving(
        StaticFiles(
            BodyLimit(
                django,
                upload_bytes=settings.BINDERY_MAX_UPLOAD_BYTES,
                body_bytes=settings.BINDERY_MAX_BODY_BYTES,
            )
        )
    )
)
