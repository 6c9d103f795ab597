"""`ecrtui history IMAGE|REPO`: what tags named before, who says so, and the last good image."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ecrtui.errors import NotFound
from ecrtui.headless import narration
from ecrtui.headless.documents import problem
from ecrtui.headless.output import TABLE, Column, Listing, Output
from ecrtui.model.image import Image, ImageId
from ecrtui.render import tag_history as render
from ecrtui.render.ages import instant, iso
from ecrtui.render.tag_history import Moved
from ecrtui.workflows import tag_history
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.services import Services
from ecrtui.workflows.tag_history import History
from ecrtui.workflows.tags_seen import Look, look

MOVES: Listing[Moved] = Listing(
    (
        Column(
            "WHEN", lambda row, times: render.when(row.move, times), lambda row: iso(row.move.at)
        ),
        Column("TAG", lambda row, _: row.move.tag, lambda row: row.move.tag),
        Column("NAMED", lambda row, _: render.digest_of(row), lambda row: row.move.digest),
        Column("THE IMAGE", lambda row, _: render.state_of(row), render.state_of),
        Column(
            "SAYS", lambda row, _: row.move.witness.value, lambda row: row.move.witness.name.lower()
        ),
        Column("BY", lambda row, _: render.who(row.move.by), lambda row: row.move.by),
    ),
    render.move_document,
)


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print the moves, the newest first; what CloudTrail does not tell is told on stderr."""
    target = locate(services, options.image)
    now = look(services, target)
    known = _read(services, target, now, trail=not options.no_trail)
    if now.gone and not any(move.digest for move in known.moves):
        _told(known)
        raise NotFound(
            f"{target.repository}:{now.gone}",
            title="No image has that tag, and none is known to have had it",
            hint=f"ecrtui history {target.repository} tells of every tag that is known.",
        )
    images = _images(services, target, known, now)
    there = {image.image_digest for image in images}
    rows = render.moved(known.moves, images, there)
    good = None
    if target.image_id != ImageId():
        good = tag_history.last_named(known.moves, target.image_id, there)
    if output.format == "json":
        output.document(_document(target, now, known, rows, good))
    elif not output.pages(MOVES, [rows]):
        narration.say("no tag is known there, now or before")
    if output.format == TABLE and target.image_id == ImageId():
        output.lines([[render.timeline(render.pushes(now.images), output.times.now)]])
    if good is not None and not output.is_json:
        narration.say(render.last_good_line(good, output.times))
    return _told(known)


def _read(services: Services, target: Target, now: Look, *, trail: bool) -> History:
    """All that is known; on a terminal it is told how far CloudTrail has been read."""
    known = History()
    terminal = sys.stderr.isatty()
    at = Target(now.registry, target.repository, target.image_id)
    for known in tag_history.told(services, at, rows=now.images, trail=trail):
        if terminal and known.reading:
            words = render.trail_words(known.events, reading=True, back_to=None)
            sys.stderr.write(f"\r\x1b[K{words}")
            sys.stderr.flush()
    if terminal and trail:
        sys.stderr.write("\r\x1b[K")
    return known


def _images(services: Services, target: Target, known: History, now: Look) -> list[Image]:
    """The images that were named and are in the repository still."""
    if not target.image_id.image_tag:
        return list(now.images)
    there = {image.image_digest for image in now.images}
    named = {move.digest for move in known.moves if move.digest} - there
    reader = services.reader(target.registry)
    rows = reader.describe(target.repository, [ImageId(digest) for digest in sorted(named)])
    return [*now.images, *rows]


def _told(known: History) -> int:
    if known.problem is not None:
        narration.tell(known.problem, "CloudTrail")
    elif known.events is not None and known.back_to is not None:
        narration.say(render.trail_words(known.events, reading=False, back_to=known.back_to))
    return 0


def _document(
    target: Target, now: Look, known: History, rows: list[Moved], good: Any
) -> dict[str, Any]:
    registry = now.registry
    asked = known.events is not None or known.problem is not None
    trail = {
        "events": known.events,
        "backTo": instant(known.back_to),
        "problem": problem(known.problem),
    }
    return {
        "repositoryName": target.repository,
        "registryId": registry.account or None,
        "profile": registry.profile or None,
        "region": registry.region,
        "imageTag": target.image_id.image_tag or None,
        "imageDigest": target.image_id.image_digest
        or next((image.image_digest for image in now.images if target.image_id.image_tag), None),
        "moves": [render.move_document(row) for row in rows],
        "lastGood": render.last_good_document(good),
        "pushes": [{"day": day, "count": count} for day, count in render.pushes(now.images).items()]
        if target.image_id == ImageId()
        else None,
        "cloudTrail": trail if asked else None,
    }
