"""Several deeds agreed to at once: one plan is shown for all of them, and each is a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ecrtui.model.plan import Outcome, Plan
from ecrtui.render.several import gist
from ecrtui.tui import navigation
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.tui.screens.place import PlaceScreen


class Proposal(NamedTuple):
    """One deed: how its plan is made, how it is carried out, how it is typed anew."""

    make: Callable[[Watch], Any]
    """Makes a plan; it runs in a thread, and may be stopped."""
    run: Callable[[Any, Watch], Outcome]
    again: Callable[[PlaceScreen], None] | None = None


class _All(Plan, frozen=True, kw_only=True):
    plans: tuple[Plan, ...]


def propose_all(
    screen: PlaceScreen,
    proposals: Sequence[Proposal],
    again: Callable[[PlaceScreen], None] | None = None,
) -> None:
    """Propose one deed, or several together; when one cannot be planned none is begun.

    `again` opens what was typed for several in one form.
    """
    from ecrtui.tui.screens.plan import Answer, PlanScreen, propose

    if len(proposals) == 1:
        propose(screen, *proposals[0])
        return
    session = screen.session

    def answered(answer: Answer | None) -> None:
        plan = dialog.plan
        if answer is Answer.GO and plan is not None:
            for proposal, one in zip(proposals, plan.plans, strict=True):
                if not one.done_already:
                    _start(session.jobs, proposal, one)
        elif answer is Answer.CHANGE and again is not None:
            again(navigation.place_of(screen.app))

    def make(watch: Watch) -> _All:
        return _of([proposal.make(watch) for proposal in proposals])

    dialog: PlanScreen[_All] = PlanScreen(
        make,
        read_only=session.read_only(""),
        typed=again is not None,
        words=session.words,
    )
    screen.app.push_screen(dialog, answered)


def _start(jobs: Any, proposal: Proposal, plan: Plan) -> None:
    from ecrtui.tui.screens.plan import propose

    jobs.start(
        plan, lambda watch: proposal.run(plan, watch), lambda place: propose(place, *proposal)
    )


def _of(plans: Sequence[Plan]) -> _All:
    return _All(
        kind=plans[0].kind,
        source="",
        target=plans[0].target_at,
        facts=tuple(("", gist(plan)) for plan in plans),
        warnings=tuple(dict.fromkeys(one for plan in plans for one in plan.warnings)),
        to_move=sum(plan.to_move for plan in plans),
        there=sum(plan.there for plan in plans),
        changes=any(plan.changes for plan in plans),
        production=any(plan.production for plan in plans),
        done_already="" if any(not plan.done_already for plan in plans) else "All of it is done.",
        plans=tuple(plans),
    )
