"""What one would write oneself: the bytes of every repository, with boto3 alone."""

import json

import boto3

LARGE = {"PageSize": 1000}

if __name__ == "__main__":
    ecr = boto3.client("ecr")
    rows = []
    for page in ecr.get_paginator("describe_repositories").paginate(PaginationConfig=LARGE):
        for repository in page["repositories"]:
            name = repository["repositoryName"]
            pages = ecr.get_paginator("describe_images").paginate(
                repositoryName=name, PaginationConfig=LARGE
            )
            sizes = [image["imageSizeInBytes"] for each in pages for image in each["imageDetails"]]
            rows.append({"repositoryName": name, "images": len(sizes), "bytes": sum(sizes)})
    print(json.dumps(rows, indent=2))
