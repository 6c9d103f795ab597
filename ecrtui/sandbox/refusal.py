"""What the sandbox answers when it will not do something, in AWS's own words."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An AWS error: its code, its message, its HTTP status and the members its shape adds.

    `code` is an exception shape of the service (`RepositoryNotFoundException`) or one of the
    errors every service has (`AccessDeniedException`, `ThrottlingException`).
    """

    def __init__(self, code: str, message: str, *, status: int = 400, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members


def invalid_parameter(message: str) -> Refusal:
    """The refusal of an argument that is well formed but makes no sense."""
    return Refusal("InvalidParameterException", message)


def repository_not_found(name: str, account: str) -> Refusal:
    """The refusal of an operation on a repository that this registry does not have."""
    return Refusal(
        "RepositoryNotFoundException",
        f"The repository with name '{name}' does not exist in the registry with id '{account}'",
    )


def image_not_found(image: dict[str, str], name: str, account: str) -> Refusal:
    """The refusal of an operation on an image that this repository does not have."""
    digest, tag = image.get("imageDigest", "null"), image.get("imageTag", "null")
    return Refusal(
        "ImageNotFoundException",
        f"The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist "
        f"within the repository with name '{name}' in the registry with id '{account}'",
    )
