"""Account Management: the regions an account may use."""

from __future__ import annotations

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service

account = Service("account")


@account.operation("ListRegions")
def list_regions(call: Call) -> Document:
    """Regions with their opt-in status, filtered by it, at most 50 a page."""
    wanted = call.params.get("RegionOptStatusContains")
    regions = call.world.accounts[call.key.account].regions
    rows = [
        {"RegionName": name, "RegionOptStatus": status}
        for name, status in sorted(regions.items())
        if not wanted or status in wanted
    ]
    call.params = {
        "maxResults": call.params.get("MaxResults", 50),
        "nextToken": call.params.get("NextToken"),
    }
    found, more = page(call, "regions", rows)
    return {"Regions": found} | ({"NextToken": more["nextToken"]} if more else {})
