from django.urls import path

from workflows.api import agents, artifacts, claiming, runs, steps

urlpatterns = [
    path("runs/", runs.Runs.as_view(), name="runs"),
    path("runs/<str:run>/", runs.Run.as_view(), name="run"),
    path("runs/<str:run>/begin/", runs.BeginRun.as_view(), name="run-begin"),
    path("runs/<str:run>/pause/", runs.PauseRun.as_view(), name="run-pause"),
    path("runs/<str:run>/resume/", runs.ResumeRun.as_view(), name="run-resume"),
    path("runs/<str:run>/cancel/", runs.CancelRun.as_view(), name="run-cancel"),
    path("runs/<str:run>/rerun/", runs.RerunRun.as_view(), name="run-rerun"),
    path("steps/", steps.Steps.as_view(), name="steps"),
    path("steps/<str:step>/", steps.OneStep.as_view(), name="step"),
    path("steps/<str:step>/draft/", steps.StepDraft.as_view(), name="step-draft"),
    path("steps/<str:step>/heartbeat/", steps.Heartbeat.as_view(), name="step-heartbeat"),
    path("steps/<str:step>/complete/", steps.Complete.as_view(), name="step-complete"),
    path("steps/<str:step>/reject/", steps.Reject.as_view(), name="step-reject"),
    path("steps/<str:step>/fail/", steps.Fail.as_view(), name="step-fail"),
    path("steps/<str:step>/release/", steps.Release.as_view(), name="step-release"),
    path("steps/<str:step>/take-back/", steps.TakeBack.as_view(), name="step-take-back"),
    path("steps/<str:step>/decide/", steps.Decide.as_view(), name="step-decide"),
    path("work/claim/", claiming.claim, name="work-claim"),
    path("artifacts/", artifacts.Artifacts.as_view(), name="artifacts"),
    path("artifacts/<str:artifact>/", artifacts.OneArtifact.as_view(), name="artifact"),
    path(
        "artifacts/<str:artifact>/content/",
        artifacts.ArtifactContent.as_view(),
        name="artifact-content",
    ),
    path(
        "artifacts/<str:artifact>/lineage/",
        artifacts.ArtifactLineage.as_view(),
        name="artifact-lineage",
    ),
    path("agents/", agents.Agents.as_view(), name="agents"),
    path("feedback/", agents.Feedback.as_view(), name="feedback"),
]
