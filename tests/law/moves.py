"""The law as tables: which moves each verb may make, and which news it leaves.

Written out from the law itself (docs/workflows/lifecycle.md), not from the code that follows it.
"""

Moves = frozenset[tuple[str, str]]

RUN_STATUSES = {"pending", "running", "paused", "completed", "failed"}
STEP_STATUSES = {
    "ready", "running", "awaiting_decision", "completed", "rejected", "failed", "cancelled",
    "superseded",
}  # fmt: skip
OUTCOMES = {
    "pending": {""},
    "running": {""},
    "paused": {""},
    "completed": {"succeeded"},
    "failed": {"error", "rejected", "cancelled"},
}


def _moves(*moves: str) -> Moves:
    return frozenset((before, after) for before, _, after in (move.split() for move in moves))


STAYS = _moves("running > running", "paused > paused")
ENDS = _moves("running > failed", "paused > failed")

# What becomes of the run a verb is about. A verb that is not here leaves it as it was.
RUN_MOVES: dict[str, Moves] = {
    "create": _moves("none > pending", "none > running"),
    "rerun": _moves("none > running"),
    "begin": _moves("pending > running"),
    "pause": _moves("running > paused"),
    "resume": _moves("paused > running", "paused > completed"),
    "cancel": _moves("pending > failed") | ENDS,
    "claim": STAYS | ENDS,
    "complete": STAYS | _moves("running > completed"),
    "reject": STAYS | _moves("running > paused"),
    "fail": STAYS | ENDS,
    "release": STAYS,
    "take_back": STAYS,
    "heartbeat": STAYS,
    "lease_runs_out": STAYS | ENDS,
    "sweep": STAYS | ENDS,
    "approve": _moves("running > running", "running > completed"),
    "request_changes": _moves("running > running"),
    "refuse": _moves("running > failed"),
    "acknowledge": _moves("paused > paused"),
    "retry": _moves("paused > paused", "paused > running", "paused > completed"),
    "override": _moves("paused > paused", "paused > running", "paused > completed"),
    "abort": _moves("paused > failed"),
    "trigger_fire": _moves("completed > completed", "failed > failed"),
}
STARTED = ("none", "running")  # the move of a run that a trigger starts

# What becomes of the row a verb is about.
BACK = _moves("running > ready", "running > failed")
STEP_MOVES: dict[str, Moves] = {
    "claim": _moves("ready > running", "running > running"),
    "complete": _moves("running > completed"),
    "reject": _moves("running > rejected"),
    "fail": BACK,
    "release": _moves("running > ready"),
    "take_back": _moves("running > ready"),
    "lease_runs_out": BACK,
    "approve": _moves("awaiting_decision > completed"),
    "request_changes": _moves("awaiting_decision > rejected"),
    "refuse": _moves("awaiting_decision > rejected"),
}
# What may become of other rows of its run: made moot, ended with it, let pass, or made anew.
MOOT = _moves(
    "completed > superseded", "ready > superseded", "running > superseded",
    "awaiting_decision > superseded",
)  # fmt: skip
CLOSED = _moves("ready > cancelled", "running > cancelled", "awaiting_decision > cancelled")
MADE = _moves("none > ready", "none > awaiting_decision")
SIDE_MOVES: dict[str, Moves] = {
    "create": MADE,
    "begin": MADE,
    "rerun": MADE | _moves("none > completed"),
    "resume": MADE,
    "complete": MADE,
    "approve": MADE,
    "reject": MADE | MOOT,
    "request_changes": MADE | MOOT,
    "retry": MADE | MOOT,
    "override": MADE | _moves("rejected > completed"),
    "trigger_fire": MADE,
    "claim": BACK | CLOSED,
    "sweep": BACK | CLOSED,
    "fail": CLOSED,
    "lease_runs_out": CLOSED,
    "cancel": CLOSED,
    "refuse": CLOSED,
    "abort": CLOSED,
}
ESCALATION_MOVES: dict[str, Moves] = {
    "reject": _moves("none > pending"),
    "acknowledge": _moves("pending > acknowledged", "acknowledged > acknowledged"),
    **dict.fromkeys(
        ("retry", "override", "abort"),
        _moves("pending > resolved", "acknowledged > resolved"),
    ),
}
CLOSES = _moves("pending > resolved", "acknowledged > resolved")  # with the run

# The news of a verb about its run, in order, as an expression over `step:type` and `run:type`.
OPENED = "(step:gate_opened )*"
COMPLETED = "run:completed (run:trigger_fired )*"
THEN = f"({OPENED}|{COMPLETED})"
STARTED_NEWS = f"run:created run:started {OPENED}"
TAKEN_BACK = "(step:released |step:failed run:failed )*"
NEWS: dict[str, str] = {
    "create": f"run:created (run:started {OPENED})?",
    "begin": f"run:started {OPENED}",
    "pause": "run:paused ",
    "resume": f"run:resumed ({COMPLETED})?",
    "cancel": "run:cancelled ",
    "rerun": STARTED_NEWS,
    "claim": f"{TAKEN_BACK}(step:started |run:failed )?",
    "complete": f"(step:artifact_registered )*step:completed {THEN}",
    "reject": "step:rejected (step:routed |step:escalated (run:paused )?)+",
    "fail": "step:failed (run:failed )?",
    "release": "step:released ",
    "take_back": "step:released ",
    "heartbeat": "",
    "lease_runs_out": "(step:released |step:failed run:failed )?",
    "sweep": TAKEN_BACK,
    "approve": f"step:approved {THEN}",
    "request_changes": "step:rejected (step:routed )+",
    "refuse": "step:rejected run:failed ",
    "acknowledge": "(step:acknowledged )?",
    "retry": f"step:resolved (step:routed )+(run:resumed ({COMPLETED})?)?",
    "override": f"step:resolved (step:completed )*(run:resumed )?{THEN}",
    "abort": "step:resolved run:failed ",
    "trigger_fire": "run:trigger_fired ",
}
