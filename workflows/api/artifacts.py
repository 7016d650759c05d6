"""Artifacts: finding, adding and reading them."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from artifacts import store
from artifacts.errors import ArtifactTooLarge
from artifacts.lineage import Direction, lineage_of
from artifacts.models import Artifact
from books.api import bodies
from books.api.content import ANSWERED, ASKED, REFUSED, AsItIs, Content
from books.api.endpoint import Endpoint, Listing
from books.api.queries import Query
from workflows.api.artifact_filters import ArtifactFilters
from workflows.api.authentication import caller_of
from workflows.api.nouns import ArtifactNoun, LineageNoun
from workflows.api.uploads import Upload, stored
from workflows.api.walking import ArtifactPages
from workflows.callers import Power
from workflows.models import Step, WorkflowRun
from workflows.outputs import add

FORM_BYTES = 1_000_000  # that a form may have beside its file


class Artifacts(Listing):
    """The newest first. An agent that does not read all sees what its steps made and were given.

    Nine queries with who asks, and one for each thing that is named in the query.
    """

    queryset = Artifact.objects.all()
    filterset_class = ArtifactFilters
    serializer_class = ArtifactNoun
    pagination_class = ArtifactPages
    parser_classes = [MultiPartParser]
    keyed = True
    also_refuses = frozenset({404, 507})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before anything of a form is read: reading it writes the file to disk."""
        most = settings.BINDERY_MAX_UPLOAD_BYTES + FORM_BYTES
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            raise ArtifactTooLarge(f"a form of more than {most} bytes")
        super().initial(request, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        found: Any = super().filter_queryset(queryset)
        return caller_of(self.request).seen(found).for_json()

    @extend_schema(request=Upload, responses={200: ArtifactNoun, 201: ArtifactNoun})
    def post(self, request: Request) -> Response:
        """Add a file to a run that has not ended; 200 where it is there already."""
        said, caller = Upload.of(request), caller_of(request)
        run = WorkflowRun.objects.named(said["run"])
        step = Step.objects.numbered(said["step"]) if said["step"] else None
        caller.refuse_adding(step)
        if not (said["lease"] or caller.may(Power.EDIT)):
            raise serializers.ValidationError({"lease": "is needed: as the claim answered it"})
        added = add(
            run,
            stored(said),
            actor=caller.name,
            step_id=str(step.pk) if step else None,
            lease=said["lease"],
            key=self.key,
        )
        return Response(added.artifact, status=201 if added.created else 200)


class OneArtifact(Endpoint):
    @extend_schema(responses=ArtifactNoun)
    def get(self, request: Request, artifact: str) -> Response:
        """What is known of an artifact."""
        return Response(seen(request, artifact).as_json())


class ArtifactContent(Endpoint):
    content_negotiation_class = AsItIs
    also_refuses = REFUSED

    @extend_schema(parameters=ASKED, responses=ANSWERED)
    def get(self, request: Request, artifact: str) -> HttpResponseBase:
        """The bytes of an artifact; a part of them where the request has a `Range`."""
        row = seen(request, artifact)
        content = Content(row.digest, row.size_bytes, row.media_type, row.path, store.opened)
        return content.answer(request)


class Asked(Query):
    direction = bodies.Word(Direction.choices, default=Direction.UP)


class ArtifactLineage(Endpoint):
    takes = Asked.names()

    @extend_schema(parameters=[Asked], responses=LineageNoun)
    def get(self, request: Request, artifact: str) -> Response:
        """What an artifact was made from, what was made from it, or both."""
        row = seen(request, artifact)
        return Response(lineage_of([row], Asked.of(request)["direction"]))


def seen(request: Request, artifact: str) -> Artifact:
    """What an address names. Raises UnknownArtifact, and NotAllowed where it is not for this
    caller."""
    row = Artifact.objects.named(artifact)
    caller_of(request).refuse_unseen_artifact(row)
    return row
