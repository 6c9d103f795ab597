"""Elastic Beanstalk: applications, their versions' bundles, and which of them runs where."""

from __future__ import annotations

from ecrtui.sandbox.control.paging import page
from ecrtui.sandbox.control.service import Call, Document, Service
from ecrtui.sandbox.workloads.others import Application, Environment, Version

beanstalk = Service("elasticbeanstalk")
_MOST = 1_000


@beanstalk.operation("DescribeApplications")
def describe_applications(call: Call) -> Document:
    """All applications, or those that are named, with the labels of their versions."""
    wanted = call.params.get("ApplicationNames")
    return {
        "Applications": [
            {
                "ApplicationArn": _arn(call, f"application/{one.name}"),
                "ApplicationName": one.name,
                "DateCreated": one.created_at,
                "DateUpdated": one.created_at,
                "Versions": [version.label for version in one.versions],
                "ConfigurationTemplates": [],
            }
            for one in call.workloads.applications.values()
            if wanted is None or one.name in wanted
        ]
    }


@beanstalk.operation("DescribeApplicationVersions")
def describe_application_versions(call: Call) -> Document:
    """Versions, of one application or by label where that is asked for, in pages."""
    labels = call.params.get("VersionLabels")
    rows = [
        _version(call, application, version)
        for application in _applications(call)
        for version in application.versions
        if labels is None or version.label in labels
    ]
    return _paged(call, "versions", "ApplicationVersions", rows)


@beanstalk.operation("DescribeEnvironments")
def describe_environments(call: Call) -> Document:
    """Environments with the version that each runs, in pages."""
    names, ids = call.params.get("EnvironmentNames"), call.params.get("EnvironmentIds")
    label = call.params.get("VersionLabel")
    rows = [
        _environment(call, application, one)
        for application in _applications(call)
        for one in application.environments
        if (names is None or one.name in names)
        and (ids is None or one.id in ids)
        and label in (None, one.version)
    ]
    return _paged(call, "environments", "Environments", rows)


def _applications(call: Call) -> list[Application]:
    wanted = call.params.get("ApplicationName")
    return [one for one in call.workloads.applications.values() if wanted in (None, one.name)]


def _paged(call: Call, about: str, member: str, rows: list[Document]) -> Document:
    """A page, where one asks for pages: without MaxRecords all come at once."""
    asked = {name: call.params[name] for name in sorted(call.params.keys() - {"NextToken"})}
    size = call.params.get("MaxRecords", _MOST)
    call.params = {"maxResults": size, "nextToken": call.params.get("NextToken")}
    found, more = page(call, f"{about}/{asked}", rows)
    return {member: found} | ({"NextToken": more["nextToken"]} if more else {})


def _version(call: Call, application: Application, one: Version) -> Document:
    return {
        "ApplicationVersionArn": _arn(call, f"applicationversion/{application.name}/{one.label}"),
        "ApplicationName": application.name,
        "VersionLabel": one.label,
        "SourceBundle": {"S3Bucket": one.bucket, "S3Key": one.key},
        "DateCreated": one.created_at,
        "DateUpdated": one.created_at,
        "Status": one.status,
    }


def _environment(call: Call, application: Application, one: Environment) -> Document:
    return {
        "EnvironmentName": one.name,
        "EnvironmentId": one.id,
        "ApplicationName": application.name,
        "VersionLabel": one.version,
        "SolutionStackName": one.platform,
        "DateCreated": one.created_at,
        "DateUpdated": one.created_at,
        "Status": one.status,
        "AbortableOperationInProgress": False,
        "Health": "Green",
        "HealthStatus": "Ok",
        "Tier": {"Name": "WebServer", "Type": "Standard", "Version": "1.0"},
        "EnvironmentLinks": [],
        "EnvironmentArn": _arn(call, f"environment/{application.name}/{one.name}"),
    }


def _arn(call: Call, what: str) -> str:
    return call.workloads.arn(what, "elasticbeanstalk")
