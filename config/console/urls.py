"""The console: what a person does each day. Who may open what stands in `config/access.py`."""

from django.urls import path, re_path

from config.console.escalations.page import EscalationPage, EscalationRound
from config.console.gates.view import Gate, GateChapter
from config.console.inbox import Inbox
from config.console.password import Password
from config.console.preview import Frame, Look, Sheet, Whole
from config.console.redlines.pages import RedlinePage
from config.console.working.urls import urlpatterns as working

app_name = "console"
DIGEST = "[0-9a-f]{64}"

urlpatterns = [
    path("", Inbox.as_view(), name="inbox"),
    path("gates/<int:step>/", Gate.as_view(), name="gate"),
    path("gates/<int:step>/chapters/<str:chapter>/", GateChapter.as_view(), name="gate-chapter"),
    path("password/", Password.as_view(), name="password"),
    path("escalations/<int:escalation>/", EscalationPage.as_view(), name="escalation"),
    path(
        "escalations/<int:escalation>/rounds/<int:number>/",
        EscalationRound.as_view(),
        name="escalation-round",
    ),
    path("artifacts/<str:artifact>/preview/", Look.as_view(), name="preview"),
    path("artifacts/<str:artifact>/preview/frame/", Frame.as_view(), name="preview-frame"),
    path("artifacts/<str:artifact>/preview/pages/<int:number>.png", Sheet.as_view(), name="sheet"),
    path("artifacts/<str:artifact>/content/", Whole.as_view(), name="content"),
    re_path(
        r"^redlines/(?P<old>[0-9a-f]{64})/(?P<new>[0-9a-f]{64})/$",
        RedlinePage.as_view(),
        name="redline",
    ),
    *working,
]
