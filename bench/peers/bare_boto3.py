"""What one would write oneself: every repository as JSON, with boto3 alone, in pages of 1,000."""

import json

import boto3

if __name__ == "__main__":
    pages = boto3.client("ecr").get_paginator("describe_repositories")
    found = pages.paginate(PaginationConfig={"PageSize": 1000})
    rows = [row for page in found for row in page["repositories"]]
    print(json.dumps(rows, default=str, indent=2))
