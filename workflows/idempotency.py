"""Repeating a verb with the same key gives the first answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from workflows.errors import Contradiction, InvalidInput, LostRace
from workflows.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
MAX_KEY = 200
Answer = dict[str, Any]


@dataclass(frozen=True)
class Once:
    """One call of a verb by one actor. An empty key remembers nothing."""

    actor: str
    verb: str
    key: str
    arguments: dict[str, Any]

    def answer(self, act: Callable[[], Answer]) -> Answer:
        """What the first call answered, else what `act` answers, remembered with it.

        Call it inside the verb's transaction. A refusal rolls back and is not remembered.
        Raises Contradiction when the key stood for another call.
        """
        if first := self.first_answer():
            return first
        answer = act()
        if self.key:
            self._remember(answer)
        return answer

    def first_answer(self) -> Answer | None:
        """What the first call answered; None without a key or a first call."""
        first = self._first() if self.key else None
        return dict(first.answer) if first else None

    @property
    def digest(self) -> str:
        text = json.dumps(self.arguments, sort_keys=True, cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()

    def _first(self) -> IdempotencyKey | None:
        if len(self.key) > MAX_KEY:
            raise InvalidInput(f"an idempotency key has at most {MAX_KEY} characters")
        mine = IdempotencyKey.objects.filter(actor=self.actor, key=self.key)
        mine.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
        first = mine.first()
        if first and (first.verb, first.digest) != (self.verb, self.digest):
            raise Contradiction(
                f'idempotency key "{self.key}" stood for another call of {first.verb}; '
                "use a new key"
            )
        return first

    def _remember(self, answer: Answer) -> None:
        plain = json.loads(json.dumps(answer, cls=DjangoJSONEncoder))
        try:
            with transaction.atomic():
                IdempotencyKey.objects.create(
                    actor=self.actor,
                    key=self.key,
                    verb=self.verb,
                    digest=self.digest,
                    answer=plain,
                )
        except IntegrityError as error:
            raise LostRace("the same key is being used right now") from error
