"""App Runner: services, and the images they are made of."""

from __future__ import annotations

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.refusal import Refusal
from ecrtui.sandbox.workloads.others import WebService

app_runner = Service("apprunner")
_MOST = 20


@app_runner.operation("ListServices")
def list_services(call: Call) -> Document:
    """Services without their images, at most twenty a page."""
    rows = [_summary(one) for one in call.workloads.web_services.values()]
    size = call.params.get("MaxResults", _MOST)
    call.params = {"maxResults": size, "nextToken": call.params.get("NextToken")}
    found, more = page(call, "web services", rows)
    return {"ServiceSummaryList": found} | ({"NextToken": more["nextToken"]} if more else {})


@app_runner.operation("DescribeService")
def describe_service(call: Call) -> Document:
    """A service with its image, or the repository of its source code."""
    wanted = call.params["ServiceArn"]
    for one in call.workloads.web_services.values():
        if one.arn == wanted:
            return {"Service": _told(call, one)}
    raise Refusal("ResourceNotFoundException", f"Service with ARN: {wanted} was not found.")


def _summary(one: WebService) -> Document:
    return {
        "ServiceName": one.name,
        "ServiceId": one.id,
        "ServiceArn": one.arn,
        "ServiceUrl": f"{one.id[:10]}.awsapprunner.com",
        "CreatedAt": one.created_at,
        "UpdatedAt": one.created_at,
        "Status": one.status,
    }


def _told(call: Call, one: WebService) -> Document:
    source: Document = {"AutoDeploymentsEnabled": one.auto_deploy}
    if one.image:
        public = one.image.startswith("public.ecr.aws/")
        source["ImageRepository"] = {
            "ImageIdentifier": one.image,
            "ImageConfiguration": {"Port": "8080"},
            "ImageRepositoryType": "ECR_PUBLIC" if public else "ECR",
        }
    else:
        source["CodeRepository"] = {
            "RepositoryUrl": f"https://git.example.com/{one.name}",
            "SourceCodeVersion": {"Type": "BRANCH", "Value": "main"},
        }
    scaling = call.workloads.arn("autoscalingconfiguration/Default/1", "apprunner")
    return {
        **_summary(one),
        "SourceConfiguration": source,
        "InstanceConfiguration": {"Cpu": "1024", "Memory": "2048"},
        "AutoScalingConfigurationSummary": {
            "AutoScalingConfigurationArn": scaling,
            "AutoScalingConfigurationName": "Default",
            "AutoScalingConfigurationRevision": 1,
        },
        "NetworkConfiguration": {"EgressConfiguration": {"EgressType": "DEFAULT"}},
    }
