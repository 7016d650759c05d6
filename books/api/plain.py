"""JSON in and out, as every database and reader takes it."""

from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from books.errors import TooLarge
from books.plain_json import read_json


class PlainParser(BaseParser):
    """JSON in UTF-8 of at most `BINDERY_MAX_BODY_BYTES`."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:  # noqa: ARG002
        most = settings.BINDERY_MAX_BODY_BYTES
        content = stream.read(most + 1)
        if len(content) > most:
            raise TooLarge(f"a body of more than {most} bytes; upload what is large as an artifact")
        try:
            return read_json(content.decode())
        except ValueError as error:
            raise ParseError(f"no JSON: {error}") from error


class PlainRenderer(JSONRenderer):
    """The same JSON that the commands print."""

    encoder_class = DjangoJSONEncoder
