"""Lambda: functions, of which image they are made, and making them of another."""

from __future__ import annotations

import base64
from datetime import datetime, timezone

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal, invalid_parameter
from ecrtui.sandbox.registry import Registry
from ecrtui.sandbox.shelf import Image
from ecrtui.sandbox.workloads.functions import Code, Function
from ecrtui.sandbox.workloads.pulling import CannotPull, Reference, pull, repository_of, split

functions = Service("lambda")
_LATEST = "$LATEST"
_PAGE = 50
"""ListFunctions "returns a maximum of 50 items in each response"."""
UPDATE_SECONDS = 2.0
"""How long an update is InProgress here."""


@functions.operation("ListFunctions")
def list_functions(call: Call) -> Document:
    """Functions, each published version too with FunctionVersion ALL; never of which image."""
    every = call.params.get("FunctionVersion") == "ALL"
    rows = [
        _configuration(one, version, code)
        for _, one in sorted(call.workloads.functions.items())
        for version, code in [(_LATEST, one.code), *(one.versions.items() if every else ())]
    ]
    return _paged(call, f"functions/{every}", "Functions", rows)


def _paged(call: Call, about: str, member: str, rows: list[Document]) -> Document:
    size = min(call.params.get("MaxItems", _PAGE), _PAGE)
    call.params = {"maxResults": size, "nextToken": call.params.get("Marker")}
    found, more = page(call, about, rows)
    return {member: found} | ({"NextMarker": more["nextToken"]} if more else {})


@functions.operation("GetFunction")
def get_function(call: Call) -> Document:
    """A function and where its code lies."""
    one, version, code = _found(call)
    where: Document = {"RepositoryType": "S3", "Location": f"https://awslambda.invalid/{one.name}"}
    if code.image:
        resolved = f"{code.image.partition('@')[0].rpartition(':')[0]}@{code.digest}"
        if "@" in code.image:
            resolved = f"{code.image.partition('@')[0]}@{code.digest}"
        where = {"RepositoryType": "ECR", "ImageUri": code.image, "ResolvedImageUri": resolved}
    tags = {"Tags": one.tags} if one.tags else {}
    return {"Configuration": _configuration(one, version, code), "Code": where, **tags}


@functions.operation("GetFunctionConfiguration")
def get_function_configuration(call: Call) -> Document:
    """A function without its code: whether an update is over, above all."""
    return _configuration(*_found(call))


@functions.operation("ListAliases")
def list_aliases(call: Call) -> Document:
    """A function's aliases, of one version where that is asked for."""
    one, _, _ = _found(call)
    wanted = call.params.get("FunctionVersion")
    rows = [
        {
            "AliasArn": f"{one.arn}:{name}",
            "Name": name,
            "FunctionVersion": version,
            "Description": "",
            "RevisionId": one.revision,
        }
        for name, version in sorted(one.aliases.items())
        if wanted in (None, version)
    ]
    return _paged(call, f"aliases/{one.name}/{wanted}", "Aliases", rows)


@functions.operation("UpdateFunctionCode")
def update_function_code(call: Call) -> Document:
    """Make a function of another image; InProgress for a moment."""
    one, _, _ = _found(call)
    if one.update_status == "InProgress":
        raise Refusal(
            "ResourceConflictException",
            "The operation cannot be performed at this time. An update is in progress for "
            f"resource: {one.arn}",
            status=409,
        )
    if bool(one.code.image) != ("ImageUri" in call.params):
        raise invalid_parameter(
            "Please provide ImageUri when updating a function with packageType Image."
            if one.code.image
            else "Please don't provide ImageUri when updating a function with packageType Zip."
        )
    if not one.code.image:
        raise Refusal("UnknownOperationException", "The sandbox does not imitate zips of code")
    image = call.params["ImageUri"]
    code = Code(image, resolve(call, image, one.architecture), call.now)
    if call.params.get("DryRun"):
        return _configuration(one, _LATEST, code)
    one.code, one.revision = code, call.workloads.new_uuid()
    if call.params.get("Publish"):
        one.versions[str(len(one.versions) + 1)] = code
    one.update_status = "InProgress"
    call.world.later(UPDATE_SECONDS, lambda: setattr(one, "update_status", "Successful"))
    return _configuration(one, _LATEST, code)


def resolve(call: Call, image: str, architecture: str) -> str:
    """The digest that an image's URI means now; refuses what Lambda cannot make a function of."""
    ref = split(image)
    place, repository = repository_of(call.world, ref)
    if not isinstance(place, Registry) or place.region != call.region:
        raise invalid_parameter(f"Source image {image} is not valid. Provide a valid source image.")
    if repository is not None and _index(repository.images, ref):
        raise invalid_parameter(
            f"The image manifest, config or layer media type for the source image {image} is not "
            "supported."
        )
    try:
        pulled = pull(
            call.world,
            image,
            account=call.key.account,
            platform=("linux", {"arm64": "arm64"}.get(architecture, "amd64")),
            role=f"arn:aws:iam::{call.key.account}:role/lambda",
            troubles=call.workloads.troubles,
            at=call.now,
        )
    except CannotPull as failure:
        if failure.denied:
            raise Refusal(
                "AccessDeniedException",
                "Lambda does not have permission to access the ECR image. Check the ECR "
                "permissions.",
            ) from None
        raise invalid_parameter(
            f"Source image {image} does not exist. Provide a valid source image."
        ) from None
    return pulled.digest


def _index(images: object, ref: Reference) -> bool:
    find = getattr(images, "by_digest" if ref.digest else "by_tag")
    found: Image | None = find(ref.digest or ref.tag)
    return found is not None and bool(found.children)


def _found(call: Call) -> tuple[Function, str, Code]:
    """The function that is meant, and its version: both may stand in the name."""
    given = call.params["FunctionName"]
    name, _, version = given.rpartition("function:")[2].partition(":")
    version = call.params.get("Qualifier", version or _LATEST)
    one = call.workloads.functions.get(name)
    version = version if one is None else one.aliases.get(version, version)
    code = None if one is None else one.versions.get(version)
    if one is not None and version == _LATEST:
        code = one.code
    if one is None or code is None:
        suffix = "" if version == _LATEST else f":{version}"
        arn = call.workloads.arn(f"function:{name}{suffix}", "lambda")
        raise Refusal("ResourceNotFoundException", f"Function not found: {arn}", status=404)
    return one, version, code


def _configuration(one: Function, version: str, code: Code) -> Document:
    moment = datetime.fromtimestamp(code.modified, tz=timezone.utc)
    answer = {
        "FunctionName": one.name,
        "FunctionArn": one.arn if version == _LATEST else f"{one.arn}:{version}",
        "Role": one.role,
        "CodeSize": 0 if code.image else 4_096,
        "Description": "",
        "Timeout": 30,
        "MemorySize": 512,
        "LastModified": moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "CodeSha256": _sha(one, code),
        "Version": version,
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": one.revision,
        "State": "Active",
        "LastUpdateStatus": one.update_status,
        "PackageType": "Image" if code.image else "Zip",
        "Architectures": [one.architecture],
        "EphemeralStorage": {"Size": 512},
    }
    return answer if code.image else answer | {"Runtime": "python3.13", "Handler": "main.handler"}


def _sha(one: Function, code: Code) -> str:
    """An image function's CodeSha256 is its digest in hex."""
    if code.image:
        return code.digest.removeprefix("sha256:")
    return base64.b64encode(one.name.encode().ljust(32)[:32]).decode()
