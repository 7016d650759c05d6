"""Where each thing that waits is done."""

from django.urls import reverse

from events.inbox.asking import Kind

PAGES = {
    Kind.GATE: "console:gate",
    Kind.ESCALATION: "console:escalation",
    Kind.WORK: "console:work",
    Kind.HELD: "console:work",
}


def link_of(kind: Kind, pk: int) -> str:
    return reverse(PAGES[kind], args=[pk])
