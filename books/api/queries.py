"""What addresses that answer no list are asked: the parameters of their query."""

from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from books.moments import moment

MOST_DIGITS = 19


class Query(serializers.Serializer[Any]):
    """The parameters of one address. Others are refused where its view `takes` these `names`."""

    @classmethod
    def names(cls) -> frozenset[str]:
        return frozenset(cls().fields)

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What is asked. Raises ValidationError, naming each parameter that is wrong."""
        query = cls(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)


class Number(serializers.IntegerField):
    """A whole number in digits."""

    def to_internal_value(self, data: Any) -> int:
        if not is_number(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """`true` or `false`, no other word for it."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field[datetime, str, datetime, Any]):
    """A date or a time; UTC where it names no offset."""

    def to_internal_value(self, data: str) -> datetime:
        try:
            return moment(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


def is_number(word: str) -> bool:
    """Whether it is in plain digits, and so few that a column could hold it."""
    return word.isascii() and word.isdecimal() and len(word) <= MOST_DIGITS
