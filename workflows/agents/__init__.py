"""The agents that do real work in a default installation, by the names they go by."""

from workflows.agents.agent import Agent
from workflows.agents.finaliser import Finaliser
from workflows.agents.planner import Planner
from workflows.agents.reviewer import CheckReviewer
from workflows.agents.validator import Validator
from workflows.agents.writer import FolderWriter

WRITER = FolderWriter()

BUILTIN: dict[str, Agent] = {
    "project-manager": Planner(),
    "writer": WRITER,
    "style-editor": WRITER,
    "mechanics-reviewer": WRITER,
    "clarity-editor": WRITER,
    "scope-reviewer": WRITER,
    "editor": CheckReviewer({"style", "clarity"}),
    "domain-expert": CheckReviewer({"mechanics", "scope"}),
    "validator": Validator(),
    "production-editor": Finaliser(),
}
