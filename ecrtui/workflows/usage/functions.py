"""Uses in AWS Lambda: functions that are images, by the digest that each version was made of.

An unpublished version, and each that an alias leads to, counts as running: it answers calls. Other
published versions may be called by their number, so they are references. Versions with one hash of
their package (CodeSha256) have one image: it is asked for once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecrtui.errors import EcrtuiError, NotFound
from ecrtui.model.usage import Unknown, Use, UseKind
from ecrtui.model.workloads import Function, FunctionCode
from ecrtui.workflows.services import Services
from ecrtui.workflows.usage.links import page, part
from ecrtui.workflows.usage.spots import Seen, Spot, unknown

if TYPE_CHECKING:
    from ecrtui.aws.lambda_functions import Functions

MOST = 1_000
"""Versions asked for their images in one look; Lambda answers a hundred a second."""
LATEST = "$LATEST"


def look(services: Services, spot: Spot) -> Iterator[Seen]:
    """All uses in one account and region. Raises where its functions cannot be listed."""
    from ecrtui.aws.lambda_functions import Functions

    functions = Functions.of(services.sessions, spot.profile, spot.region)
    versions: dict[str, list[Function]] = defaultdict(list)
    for one in functions.images():
        versions[one.function_name].append(one)
    asked = 0
    for name, listed in versions.items():
        if asked >= MOST:
            yield Unknown(
                what="Lambda functions",
                account=spot.account,
                region=spot.region,
                why=f"more than {MOST:,} versions are images: {name} and others were not asked",
            )
            return
        packages = _by_package(listed)
        asked += len(packages)
        yield from _of_function(functions, spot, name, packages)


def _by_package(listed: list[Function]) -> list[list[Function]]:
    """Versions of one function together that have the same package."""
    together: dict[str, list[Function]] = defaultdict(list)
    for one in listed:
        together[one.code_sha256 or one.version].append(one)
    return list(together.values())


def _of_function(
    functions: Functions, spot: Spot, name: str, packages: list[list[Function]]
) -> Iterator[Seen]:
    aliases: dict[str, list[str]] = {}
    if any(one.version != LATEST for listed in packages for one in listed):
        try:
            aliases = functions.aliases(name)
        except EcrtuiError as problem:
            yield unknown(f"aliases of the Lambda function {name}", spot, problem)
    for listed in packages:
        first = listed[0]
        try:
            _, code = functions.code(name, "" if first.version == LATEST else first.version)
        except NotFound:
            continue  # deleted meanwhile
        except EcrtuiError as problem:
            yield unknown(f"the Lambda function {name}", spot, problem)
            continue
        yield from _of_package(spot, name, listed, aliases, code)


def _of_package(
    spot: Spot,
    name: str,
    listed: list[Function],
    aliases: dict[str, list[str]],
    code: FunctionCode,
) -> Iterator[Use]:
    """One use for each way to call it; versions that nothing leads to are one."""
    called: dict[str, str] = {}
    idle: list[Function] = []
    for one in listed:
        ways = [name] if one.version == LATEST else []
        ways += [f"{name}:{alias}" for alias in aliases.get(one.version, ())]
        called |= dict.fromkeys(ways, one.function_arn)
        if not ways:
            idle.append(one)
    for way, arn in called.items():
        yield _use(spot, name, way, arn, code, running=1)
    if idle:
        newest = max(idle, key=lambda one: (len(one.version), one.version))
        older = len(idle) - 1
        way = f"{name}:{newest.version}" + (f" and {older} older" if older else "")
        yield _use(spot, name, way, newest.function_arn, code, running=0)


def _use(spot: Spot, name: str, way: str, arn: str, code: FunctionCode, *, running: int) -> Use:
    return Use(
        kind=UseKind.LAMBDA,
        name=way,
        account=spot.account,
        region=spot.region,
        image=code.image_uri or code.resolved_image_uri,
        digest=code.resolved_image_uri.partition("@")[2],
        running=running,
        arn=arn,
        link=page(arn, spot.region, f"lambda/home?region={{}}#/functions/{part(name)}?tab=image"),
    )
