from django.urls import path

from events.api import stream

urlpatterns = [
    path("events/stream/", stream.EventStream.as_view(), name="events-stream"),
]
