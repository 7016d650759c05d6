"""Below `/work/`."""

from django.urls import path

from config.console.working import looking, verbs, views, writing

urlpatterns = [
    path("work/<int:step>/", views.Work.as_view(), name="work"),
    path("work/<int:step>/claim/", verbs.Claim.as_view(), name="work-claim"),
    path("work/<int:step>/draft/", writing.SaveDraft.as_view(), name="work-draft"),
    path("work/<int:step>/check/", writing.Check.as_view(), name="work-check"),
    path("work/<int:step>/preview/", looking.Preview.as_view(), name="work-preview"),
    path("work/<int:step>/complete/", verbs.Complete.as_view(), name="work-complete"),
    path("work/<int:step>/reject/", verbs.Reject.as_view(), name="work-reject"),
    path("work/<int:step>/release/", verbs.Release.as_view(), name="work-release"),
    path("work/<int:step>/fail/", verbs.Fail.as_view(), name="work-fail"),
    path("work/<int:step>/download/", views.Download.as_view(), name="work-download"),
    path("work/<int:step>/chapters/<str:slug>/", views.Judged.as_view(), name="work-judged"),
    path("work/<int:step>/changes/<str:slug>/", views.Changes.as_view(), name="work-changes"),
]
