"""What requests carry: each value of the type it is said to be, and nothing besides."""

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request

from books.errors import TooLarge, nearest

MAX_NAME = 200
MOST = 2**31 - 1  # what every database takes as a number
BREAKS = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
ONE_LINE = rf"^[^{BREAKS}]*$"
MOST_IN_LIST = 1000
MOST_OBJECT_BYTES = 200_000
MOST_TOLD = 20  # faults of one body: to name 100,000 takes long, and nobody reads them


class Body(serializers.Serializer[Any]):
    """The fields of one request. A field that it does not have is refused: it may be misspelt."""

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What the request says. Raises ValidationError, naming each field that is wrong."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            strange = [str(name) for name in data if name not in self.fields][:MOST_TOLD]
            if strange:
                short = [name[:MAX_NAME] for name in strange]
                raise serializers.ValidationError(
                    {name: f"is no field{nearest(name, self.fields)}" for name in short}
                )
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A string, as it is: no number, and not trimmed. `pattern` tells the schema what it is held
    to; who has one checks it."""

    pattern: ClassVar[str] = ""

    def __init__(self, **more: Any) -> None:
        super().__init__(trim_whitespace=False, **more)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Name(Text):
    """One line that names something."""

    pattern = ONE_LINE

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": MAX_NAME, **more})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        word = super().run_validation(data)
        if isinstance(word, str) and not re.fullmatch(ONE_LINE, word):
            raise serializers.ValidationError("is not one line")
        return word


class Word(serializers.ChoiceField):
    """One of a few words. Another is refused with the nearest right one."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and data in self.choice_strings_to_values:
            return super().to_internal_value(data)
        hint = nearest(str(data)[:MAX_NAME], self.choice_strings_to_values)
        raise serializers.ValidationError(f'no such word "{str(data)[:MAX_NAME]}"{hint}')


class Whole(serializers.IntegerField):
    """A whole number, not a string of digits. `2.0` is one, as JSON does not tell them apart."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_value": MOST, **more})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Switch(serializers.BooleanField):
    """True or false, not a word for it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Mapped(serializers.DictField):
    """A JSON object of any values, of at most 200 kB: it stands in every list of its rows. Raises
    TooLarge beyond; what is large is an artifact."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        if len(json.dumps(data, ensure_ascii=False).encode()) > MOST_OBJECT_BYTES:
            raise TooLarge(
                f"{self.field_name} has more than {MOST_OBJECT_BYTES} bytes; hand in what is large "
                "as an artifact"
            )
        return data


class Several(serializers.ListField):
    """A list of at most `max_length`, 1000 unless given; of a longer one nothing is looked at."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": MOST_IN_LIST, **more})

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > (self.max_length or MOST_IN_LIST):
            raise serializers.ValidationError(f"has more than {self.max_length} elements")
        return list(super().to_internal_value(data))


class Names(Several):
    """A list of names."""

    child = Name()


class Noun(serializers.Serializer[Any]):
    """The shape of a noun, for the schema. Its JSON is written by the row's own `as_json`."""

    def to_representation(self, row: Any) -> Any:
        return row.as_json()
