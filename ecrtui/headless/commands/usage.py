"""`ecrtui usage IMAGE|REPO`: where it runs, what names it, what could not be looked at."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ecrtui.errors import NotFound, UsageError
from ecrtui.headless import narration
from ecrtui.headless.output import Output
from ecrtui.headless.usages import USES, usage_document
from ecrtui.model.image import Image
from ecrtui.model.usage import ImageUse, Judged, Standing, Usage
from ecrtui.render.standing import WORDS
from ecrtui.render.usage import looked_text, merged, unknown_text
from ecrtui.workflows import browse, usage
from ecrtui.workflows.locate import Target, locate
from ecrtui.workflows.services import Services


def run(services: Services, options: argparse.Namespace, output: Output) -> int:
    """Print every use of an image, or of all images of a repository; the exit code."""
    pods = list(_pods(options))
    target = locate(services, options.image)
    pages = browse.images(services, target.registry, target.repository)
    images = [image for page in pages for image in page.items]
    wanted = _wanted(target, images)
    seen = usage.looked(
        services,
        target.registry,
        target.repository,
        pods,
        kubectl=options.kubectl or services.settings.kubectl,
    )
    children = usage.children_of(services, images)
    stands = usage.of_images(seen, images, children)
    chosen = [stands[image.image_digest] for image in wanted]
    rows = _rows(usage.judged(seen, images, children), chosen, all_of_them=wanted is images)
    if output.is_json:
        output.document(usage_document(target, seen, rows, wanted, stands))
    else:
        output.pages(USES, [rows])
    _tell(target, seen, rows)
    return _code(options, chosen)


def _pods(options: argparse.Namespace) -> Iterator[usage.Found]:
    """What was given of a cluster; raises UsageError for what cannot be read."""
    if not options.pods:
        if options.cluster:
            raise UsageError(
                "--cluster",
                title="Where are its pods?",
                hint=f"kubectl get pods -A -o json | ecrtui usage {options.image} --pods - "
                f"--cluster {options.cluster}",
            )
        return
    from ecrtui.workflows.usage import pods

    try:
        if options.pods == "-":
            data = sys.stdin.buffer.read(pods.LARGEST + 1)
        else:
            with Path(options.pods).open("rb") as file:
                data = file.read(pods.LARGEST + 1)
    except OSError as failure:
        raise UsageError(
            f"{options.pods}: {failure.strerror}", title="The list of pods cannot be read"
        ) from None
    name = options.cluster or ("standard input" if options.pods == "-" else options.pods)
    yield usage.Found(pods.parse(data), looked=f"Kubernetes in {name}")


def _wanted(target: Target, images: list[Image]) -> list[Image]:
    """The images asked about; raises NotFound for one that is not there."""
    tag, digest = target.image_id.image_tag, target.image_id.image_digest
    if not tag and not digest:
        return images
    for image in images:
        if (not tag or tag in image.image_tags) and digest in ("", image.image_digest):
            return [image]
    raise NotFound(
        f"{target.repository} has no image {target.image_id}",
        title="No such image",
        hint=f"ecrtui usage {target.repository} tells what uses the others.",
    )


def _rows(rows: Iterable[Judged], chosen: Iterable[ImageUse], *, all_of_them: bool) -> list[Judged]:
    """The uses of the chosen images; those of images that are gone with the whole repository."""
    own = {use for one in chosen for use in (*one.uses, *one.maybe)}
    return [row for row in rows if all_of_them or row.use in own]


def _tell(target: Target, seen: Usage, rows: list[Judged]) -> None:
    """What a table cannot say."""
    if not rows:
        word = WORDS[Standing.UNKNOWN if seen.unknown else Standing.NOT_SEEN]
        narration.say(f"{target}: {word}")
    narration.say(f"looked at {looked_text(seen)}")
    for one in merged(seen.unknown):
        narration.say(f"not looked at: {unknown_text(one)}")
        if one.hint:
            narration.say(one.hint)


def _code(options: argparse.Namespace, chosen: list[ImageUse]) -> int:
    """1 where a condition given on the command line does not hold."""
    if options.unused and not all(one.may_go for one in chosen):
        return 1
    if options.behind and any(one.standing is Standing.BEHIND for one in chosen):
        return 1
    return 0
