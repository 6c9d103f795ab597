"""Why a task cannot pull an image: everything that can be looked at, each with what to do."""

from ecrtui.workflows.why.asking import Question, checks

__all__ = ["Question", "checks"]
