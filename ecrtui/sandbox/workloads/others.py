"""What else runs images: App Runner, CodeBuild, Elastic Beanstalk, and pods in EKS."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class WebService:
    """A service of App Runner, made of an image; of source code where `image` is ''."""

    name: str
    id: str
    arn: str
    image: str
    created_at: float
    status: str = "RUNNING"
    auto_deploy: bool = False


@dataclass
class Project:
    """A project of CodeBuild, whose builds run in an image."""

    name: str
    arn: str
    image: str
    created_at: float


@dataclass
class Version:
    """A version of an application: where its bundle lies (bucket and key)."""

    label: str
    bucket: str
    key: str
    created_at: float
    status: str = "Processed"


@dataclass
class Environment:
    """An environment, in which a version of its application runs."""

    name: str
    id: str
    version: str
    created_at: float
    platform: str = "64bit Amazon Linux 2023 v4.7.2 running Docker"
    status: str = "Ready"


@dataclass
class Application:
    """An application of Elastic Beanstalk; its newest version comes first."""

    name: str
    created_at: float
    versions: list[Version] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)


@dataclass
class OutsideUse:
    """Pods in a cluster of EKS, of which Inspector alone tells here.

    `repository` is an ARN, `workload` a type (`DEPLOYMENT`) and a name.
    """

    cluster: str
    repository: str
    digest: str
    namespace: str
    workload: tuple[str, str]
    running: int
    stopped: int
    last_in_use: float


@dataclass
class Bucket:
    """A bucket of S3 with its objects by key: bytes, and when they came."""

    name: str
    account: str
    region: str
    objects: dict[str, tuple[bytes, float]] = field(default_factory=dict)
