"""The back office: it runs in Elastic Beanstalk, whose bundles name its images."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

from ecrtui.sandbox.seed.story import Service
from ecrtui.sandbox.workloads.others import Application, Bucket, Environment, Version
from ecrtui.sandbox.workloads.state import Workloads

_DATE = (2026, 1, 1, 0, 0, 0)


def add_backoffice(workloads: Workloads, services: dict[str, Service]) -> None:
    """Three versions: a Dockerrun.aws.json by itself, one in a zip, a compose file in a zip."""
    host = f"{workloads.account}.dkr.ecr.{workloads.region}.amazonaws.com"
    office, mailer = services["shop/backoffice"], services["shop/mailer"]
    name = f"elasticbeanstalk-{workloads.region}-{workloads.account}"
    bucket = workloads.world.buckets.setdefault(
        name, Bucket(name, workloads.account, workloads.region)
    )
    created = office.releases[0].pushed.timestamp()
    application = Application("backoffice", created)
    for number, release in enumerate(office.releases[-3:]):
        image = f"{host}/shop/backoffice:v{release.version}"
        sender = f"{host}/shop/mailer:v{mailer.releases[-1].version}"
        key, bundle = _bundle(number, image, sender)
        at = (release.pushed + timedelta(minutes=15)).timestamp()
        version = Version(f"v{release.version}", name, f"backoffice/{release.version}/{key}", at)
        bucket.objects[version.key] = bundle, at
        application.versions.insert(0, version)
    environment = Environment(
        "backoffice-prod", f"e-{workloads.new_id(10)}", application.versions[0].label, created
    )
    application.environments.append(environment)
    workloads.applications[application.name] = application


def _bundle(number: int, image: str, sender: str) -> tuple[str, bytes]:
    dockerrun = json.dumps(
        {"AWSEBDockerrunVersion": "1", "Image": {"Name": image}, "Ports": [{"ContainerPort": 80}]},
        indent=2,
    )
    if number == 0:
        return "Dockerrun.aws.json", dockerrun.encode()
    if number == 1:
        return "bundle.zip", _zip({"Dockerrun.aws.json": dockerrun})
    compose = (
        "services:\n"
        f"  office:\n    image: {image}\n    ports: ['80:8080']\n"
        f"  mail:\n    image: {sender}\n"
    )
    return "bundle.zip", _zip({"docker-compose.yml": compose, ".platform/nginx/x.conf": "\n"})


def _zip(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as bundle:
        for name, text in files.items():
            bundle.writestr(zipfile.ZipInfo(name, _DATE), text)
    return data.getvalue()
