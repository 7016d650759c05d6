"""The news that goes up from here, sent inside the transaction: a receiver that raises undoes
the act."""

from django.dispatch import Signal

# A run was saved after a verb: run, verb, payload (JSON), actor.
run_moved = Signal()

# A step was saved after a verb: step, verb, payload (JSON), actor. A gate that opens is one too.
step_moved = Signal()

# An artifact was registered: artifact, actor.
artifact_added = Signal()
