from django.urls import path

from triggers.api import firings, triggers

urlpatterns = [
    path("triggers/", triggers.Triggers.as_view(), name="triggers"),
    path("triggers/<str:name>/", triggers.Trigger.as_view(), name="trigger"),
    path("triggers/<str:name>/fire/", triggers.Fire.as_view(), name="trigger-fire"),
    path("triggers/<str:name>/test/", triggers.Test.as_view(), name="trigger-test"),
    path("firings/", firings.Firings.as_view(), name="firings"),
]
