"""S3: reading objects, whole or in part. Nothing is ever put there but by a seed or a test."""

from __future__ import annotations

import hashlib
from email.utils import formatdate

from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.distribution.ranges import part
from ecrtui.sandbox.refusal import Refusal

s3 = Service("s3")


@s3.operation("GetObject")
def get_object(call: Call) -> Document:
    """An object, or the range of it that is asked for."""
    data, came = _found(call)
    told = _told(data, came)
    asked = call.params.get("Range", "")
    within = part(asked, len(data))
    if within is None:
        return told | {"Body": data, "ContentLength": len(data)}
    first, last = within
    if first > last or first >= len(data):
        raise Refusal("InvalidRange", "The requested range is not satisfiable", status=416)
    some = data[first : last + 1]
    where = f"bytes {first}-{last}/{len(data)}"
    return told | {"Body": some, "ContentLength": len(some), "ContentRange": where}


@s3.operation("HeadObject")
def head_object(call: Call) -> Document:
    """What is known of an object without its bytes."""
    data, came = _found(call)
    return _told(data, came) | {"ContentLength": len(data)}


def _found(call: Call) -> tuple[bytes, float]:
    bucket = call.world.buckets.get(call.params["Bucket"])
    if bucket is None:
        raise Refusal("NoSuchBucket", "The specified bucket does not exist", status=404)
    if bucket.account != call.key.account:
        raise Refusal("AccessDeniedException", "Access Denied", status=403)
    found = bucket.objects.get(call.params["Key"])
    if found is None:
        raise Refusal("NoSuchKey", "The specified key does not exist.", status=404)
    return found


def _told(data: bytes, came: float) -> Document:
    return {
        "AcceptRanges": "bytes",
        "LastModified": formatdate(came, usegmt=True),
        "ETag": f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"',
        "ContentType": "binary/octet-stream",
    }
