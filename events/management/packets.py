"""The packet of an escalation laid out for a terminal."""

from collections.abc import Iterator
from textwrap import indent
from typing import Any

from books.management.tables import cell
from events.durations import duration

MOST_SHOWN = 10  # passages of one rejection


def laid_out(packet: dict[str, Any]) -> str:
    """The escalation, then its rounds one below the other, then what may be done."""
    blocks = [_head(packet), *map(_round, packet["rounds"])]
    strangers = [one for one in packet["rejections"] if one["round"] is None]
    if strangers:
        blocks.append("\n".join(["before the first round", *map(_rejection, strangers)]))
    return "\n\n".join([*blocks, _ending(packet)])


def _head(packet: dict[str, Any]) -> str:
    escalation, run, chapter = packet["escalation"], packet["run"], packet["chapter"]
    spent = packet["time_spent"]
    about = f'"{chapter["title"]}" ({chapter["slug"]})' if chapter else "the whole run"
    paused = f" ({run['pause_reason']})" if run["pause_reason"] else ""
    return "\n".join(
        [
            f"escalation {escalation['id']}: {escalation['rejection_type']}, about {about}",
            f"  {escalation['status']}, for {escalation['escalated_to']}, since "
            f"{cell(escalation['created_at'])}, due {cell(escalation['due_at'])}",
            indent(escalation["reason"], "  > "),
            f"run {run['id']} of {run['book']}, {run['workflow_type']}: {run['status']}{paused} "
            f"at {cell(run['current_step'])}",
            f"time spent: queued {duration(spent['queue_seconds'])}, agents "
            f"{duration(spent['agent_seconds'])}, humans {duration(spent['human_seconds'])}",
        ]
    )


def _round(told: dict[str, Any]) -> str:
    lines = [f"round {told['round']}: {_who(told)} after {duration(told['queue_seconds'])} queued"]
    if told["feedback"]:
        lines.append(f"  was to mend rejection {cell(told['feedback'])}")
    if told["words"] is not None:
        lines.append(f"  {told['words']} words, {told['artifact']}, {told['digest'][:12]}")
    else:
        lines += [f"  {_artifact(one)}" for one in told["artifacts"]]
    if told["changed"]:
        lines += _change(told["changed"])
    for verdict in told["verdicts"]:
        lines.append(f"  {verdict['verdict']}: {_who(verdict)}")
        if verdict["rejection"]:
            lines.append(_rejection(verdict["rejection"]))
    return "\n".join(lines)


def _who(told: dict[str, Any]) -> str:
    worker = f" ({told['worker']})" if told["worker"] else ""
    took = told["agent_seconds"]
    spent = f", took {duration(took)}" if took is not None else ""
    return f"{told['name']}, attempt {told['attempt']}, {told['agent']}{worker}{spent}"


def _artifact(made: dict[str, Any]) -> str:
    return (
        f"{made['artifact_type']} {made['path']}, {made['size_bytes']} bytes, {made['id']}, "
        f"{made['digest'][:12]}"
    )


def _change(changed: dict[str, Any]) -> Iterator[str]:
    yield (
        f"  since {changed['from'][:12]}: {changed['words_added']} words added, "
        f"{changed['words_removed']} removed"
    )
    if changed["diff"]:
        yield indent(changed["diff"].rstrip("\n"), "  | ", lambda _: True)


def _rejection(told: dict[str, Any]) -> str:
    head = f"    rejection {told['id']}, {told['rejection_type']}, count {told['retry_count']}:"
    lines = [head, indent(told["reason"], "    > ")]
    lines += [
        indent(_place(one, told["item"]), "    >   ") for one in told["passages"][:MOST_SHOWN]
    ]
    if (more := len(told["passages"]) - MOST_SHOWN) > 0:
        lines.append(f"    >   and {more} more")
    return "\n".join(lines)


def _place(passage: dict[str, Any], item: str | None) -> str:
    """Where a passage is, and what it quotes; its chapter where that is another."""
    chapter = passage["chapter"] if passage["chapter"] != item else None
    where = ", ".join(word for word in (chapter, passage["heading"]) if word)
    return ": ".join(word for word in (where, passage["quote"]) if word)


def _ending(packet: dict[str, Any]) -> str:
    """What may be decided; of a resolved escalation, what was."""
    escalation = packet["escalation"]
    if not packet["choices"]:
        by = f" by {escalation['resolved_by']}" if escalation["resolved_by"] else ""
        said = f": {escalation['resolution']}" if escalation["resolution"] else ""
        return f"resolved ({escalation['action']}){by}{said}"
    return "\n".join(["what each action does", *(f"  {_choice(one)}" for one in packet["choices"])])


def _choice(told: dict[str, Any]) -> str:
    if told["action"] == "abort":
        return "abort     ends the run as rejected"
    if told["action"] == "override":
        done = "completes" if told["completes"] else "leaves open for its other chapters or rework:"
        return f"override  {done} {told['name']}"
    if told["refused"]:
        return f"retry     needs --to-step: {told['refused']}"
    count = told["supersedes"]
    moot = f", superseding {count} row{'s' if count > 1 else ''}" if count else ""
    return f"retry     {told['rework_step']} again, by {told['handler_agent']}{moot}"
