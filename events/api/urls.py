from django.urls import path

from events.api import escalations, events, rejections, routes, stream, webhooks

urlpatterns = [
    path("events/", events.Events.as_view(), name="events"),
    path("events/stream/", stream.EventStream.as_view(), name="events-stream"),
    path("rejections/", rejections.Rejections.as_view(), name="rejections"),
    path("rejections/stats/", rejections.RejectionStats.as_view(), name="rejections-stats"),
    path("routes/", routes.Routes.as_view(), name="routes"),
    path("routes/test/", routes.RouteTest.as_view(), name="routes-test"),
    path("routes/<str:route>/", routes.Route.as_view(), name="route"),
    path("escalations/", escalations.Escalations.as_view(), name="escalations"),
    path("escalations/<str:escalation>/", escalations.OneEscalation.as_view(), name="escalation"),
    path(
        "escalations/<str:escalation>/acknowledge/",
        escalations.Acknowledge.as_view(),
        name="escalation-acknowledge",
    ),
    path(
        "escalations/<str:escalation>/resolve/",
        escalations.Resolve.as_view(),
        name="escalation-resolve",
    ),
    path("webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<str:webhook>/", webhooks.Webhook.as_view(), name="webhook"),
    path("webhooks/<str:webhook>/rotate/", webhooks.RotateWebhook.as_view(), name="webhook-rotate"),
    path("deliveries/", webhooks.Deliveries.as_view(), name="deliveries"),
    path(
        "deliveries/<str:delivery>/redeliver/",
        webhooks.Redeliver.as_view(),
        name="delivery-redeliver",
    ),
]
