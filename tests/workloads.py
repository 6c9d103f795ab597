"""What runs the images of generated worlds; tests take it from `tests.worlds`."""

from __future__ import annotations

import io
import zipfile

from ecrtui.sandbox.registry import Repository
from ecrtui.sandbox.shelf import Image, Scan
from ecrtui.sandbox.workloads.functions import Function
from ecrtui.sandbox.workloads.kinds import Service, Task, TaskDefinition
from ecrtui.sandbox.workloads.others import (
    Application,
    Bucket,
    Environment,
    OutsideUse,
    Project,
    Version,
    WebService,
)
from ecrtui.sandbox.world import World
from tests.inspected import ALL_REPOSITORIES, enhanced_finding
from tests.places import ACCOUNT, REGION


def uri(repository: Repository, tag: str = "", digest: str = "") -> str:
    """An image as task definitions name it, by ECR's own host."""
    host = f"{repository.account}.dkr.ecr.{repository.region}.amazonaws.com"
    return f"{host}/{repository.name}" + (f":{tag}" if tag else "") + (digest and f"@{digest}")


def add_definition(
    world: World, image: str, family: str, *, account: str = ACCOUNT, region: str = REGION
) -> TaskDefinition:
    """The next revision of a family: one container, `app`, of an image."""
    container = {"name": "app", "image": image, "essential": True}
    document = {"family": family, "containerDefinitions": [container]}
    by, at = f"arn:aws:iam::{account}:user/tester", world.clock.start - 3600
    return world.workloads(account, region).register(document, at=at, by=by)


def add_service(
    world: World,
    image: str,
    *,
    digest: str = "",
    cluster: str = "main",
    name: str = "web",
    count: int = 1,
    account: str = ACCOUNT,
    region: str = REGION,
) -> Service:
    """A service whose tasks run, of the digest or of what the image's tag means now."""
    workloads, at = world.workloads(account, region), world.clock.start - 1800
    definition = add_definition(world, image, name, account=account, region=region)
    where = workloads.add_cluster(cluster)
    service = workloads.add_service(where, name, definition, desired=count, at=at)
    workloads.steady(service, at, {"app": digest} if digest else None)
    return service


def add_task(
    world: World, image: str, *, cluster: str = "main", family: str = "job", **place: str
) -> Task:
    """A task of no service: it runs, or has stopped with the words of what was wrong."""
    workloads = world.workloads(place.get("account", ACCOUNT), place.get("region", REGION))
    definition = add_definition(world, image, family, **place)
    at = world.clock.start - 600
    task = workloads.new_task(workloads.add_cluster(cluster), definition, at=at)
    workloads.start(task, at + 5)
    return task


def add_function(
    world: World,
    image: str,
    *,
    digest: str,
    name: str = "job",
    account: str = ACCOUNT,
    region: str = REGION,
) -> Function:
    """A Lambda function made of an image when it had this digest; of a zip where both are ''."""
    workloads, at = world.workloads(account, region), world.clock.start - 900
    return workloads.add_function(name, image, digest, at=at)


def add_pods(
    world: World, repository: Repository, digest: str, *, cluster: str = "k8s", running: int = 1
) -> OutsideUse:
    """Pods of a deployment in EKS, of which Inspector tells; in the repository's account."""
    now, workload = world.clock.start - 60, ("DEPLOYMENT", "web")
    pods = OutsideUse(cluster, repository.arn, digest, "default", workload, running, 0, now)
    world.workloads(repository.account, repository.region).eks.append(pods)
    return pods


def enhance(world: World, repository: Repository, image: Image, *names: str) -> Scan:
    """Switch Inspector on for a registry, with findings of such identifiers in an image."""
    registry = world.registry(repository.account, repository.region)
    rule = {"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [ALL_REPOSITORIES]}
    registry.settings.scanning = {"scanType": "ENHANCED", "rules": [rule]}
    found = [enhanced_finding(repository, image, name, world.clock.start) for name in names]
    image.scan = Scan(
        "ACTIVE",
        "Continuous scan is selected for image.",
        world.clock.start - 60,
        enhanced=found,
        details={one["findingArn"]: {"epssScore": 0.25} for one in found},
    )
    return image.scan


def add_web_service(
    world: World, image: str, *, name: str = "site", account: str = ACCOUNT, region: str = REGION
) -> WebService:
    """A service of App Runner made of an image; of source code where that is ''."""
    workloads = world.workloads(account, region)
    identity = workloads.new_uuid()
    arn = workloads.arn(f"service/{name}/{identity.replace('-', '')}", "apprunner")
    made = WebService(name, identity, arn, image, world.clock.start - 7200)
    workloads.web_services[name] = made
    return made


def add_project(
    world: World, image: str, *, name: str = "build", account: str = ACCOUNT, region: str = REGION
) -> Project:
    """A project of CodeBuild whose builds run in an image."""
    workloads = world.workloads(account, region)
    arn = workloads.arn(f"project/{name}", "codebuild")
    made = workloads.projects[name] = Project(name, arn, image, world.clock.start - 7200)
    return made


def add_version(
    world: World,
    bundle: bytes,
    *,
    application: str = "shop",
    label: str = "v1",
    key: str = "",
    environment: str = "shop-prod",
    account: str = ACCOUNT,
    region: str = REGION,
) -> Version:
    """A version of an Elastic Beanstalk application, from such a bundle; it runs in an environment
    unless that is ''."""
    workloads, now = world.workloads(account, region), world.clock.start - 7200
    name = f"elasticbeanstalk-{region}-{account}"
    bucket = world.buckets.setdefault(name, Bucket(name, account, region))
    made = Version(label, name, key or f"{application}/{label}.zip", now)
    bucket.objects[made.key] = bundle, now
    there = workloads.applications.setdefault(application, Application(application, now))
    there.versions.insert(0, made)
    if environment:
        one = Environment(environment, f"e-{workloads.new_id(10)}", label, now)
        there.environments.append(one)
    return made


def zipped(files: dict[str, str]) -> bytes:
    """A bundle of such files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in files.items():
            bundle.writestr(name, text)
    return data.getvalue()
