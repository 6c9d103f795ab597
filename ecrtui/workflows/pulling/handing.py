"""ecrtui reads an image, verifies every byte, and hands it to the engine as a tar on the way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from ecrtui.model.manifest import Descriptor
from ecrtui.oci.stored import saved_stream
from ecrtui.workflows.contents import read_bytes
from ecrtui.workflows.moving.transfer import steadily
from ecrtui.workflows.pulling.following import short
from ecrtui.workflows.pulling.reading_ahead import ahead
from ecrtui.workflows.services import Services
from ecrtui.workflows.watch import Watch

if TYPE_CHECKING:
    from ecrtui.engine.connection import Connection
    from ecrtui.workflows.pulling.pull import PullPlan

_UNPACKING = "engine"


def hand_over(
    services: Services, plan: PullPlan, watch: Watch, line: Connection
) -> tuple[int, int]:
    """Load the image into the engine: bytes that moved, and none that were there.

    Raises Corrupt for bytes that are not what their digest says: the engine gets no image then.
    """
    from ecrtui.engine.loading import loaded

    home, repository, image = plan.origin.home, plan.origin.repository, plan.image
    source, traffic = services.source(home, repository), services.traffic_of(home)
    (raw,) = read_bytes(services, home, repository, [image.digest])
    parts = {one.digest: one for one in (image.config, *image.layers) if one is not None}
    for one in parts.values():
        watch.expect(one.digest, "config" if one is image.config else short(one.digest), one.size)
    watch.expect(_UNPACKING, "the engine")

    def blob(one: Descriptor) -> Iterator[bytes]:
        def chunks(over: Callable[[], bool]) -> Iterator[bytes]:
            return traffic.counted(steadily(source, one, watch, over)(0))

        yield from ahead(chunks, watch)
        watch.finish(one.digest)

    def tar() -> Generator[bytes, None, None]:
        names = [plan.called.name] if plan.called.name else []
        for block in saved_stream(raw, names, blob, unpack_zstd=plan.unpack_zstd):
            watch.check()
            yield bytes(block)
        watch.at(_UNPACKING, 0, "unpacking")

    for event in loaded(line, tar(), f"handing {plan.local} over", silent=watch.say):
        watch.check()
        if not event.layer:
            watch.say(event.text)
    watch.finish(_UNPACKING)
    return sum(one.size for one in parts.values()), 0
