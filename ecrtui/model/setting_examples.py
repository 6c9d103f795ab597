"""What one begins with where nothing is set: an example of each document, to be changed."""

from __future__ import annotations

REPLICATION = """{
  "rules": [
    {
      "destinations": [{"region": "us-east-1", "registryId": "111122223333"}],
      "repositoryFilters": [{"filter": "team/", "filterType": "PREFIX_MATCH"}]
    }
  ]
}
"""
SIGNING = """{
  "rules": [
    {
      "signingProfileArn": "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/releases",
      "repositoryFilters": [{"filter": "team/*", "filterType": "WILDCARD_MATCH"}]
    }
  ]
}
"""
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowReplication",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
      "Resource": "arn:aws:ecr:eu-west-1:444455556666:repository/*"
    }
  ]
}
"""
PULL_TIME_EXCLUSIONS = '["arn:aws:iam::111122223333:role/scanner"]\n'
CATALOG = '{\n  "description": "What it is, in a sentence.",\n  "aboutText": "# About"\n}\n'
PUBLIC_REPOSITORY_POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowPush",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": [
        "ecr-public:BatchCheckLayerAvailability",
        "ecr-public:InitiateLayerUpload",
        "ecr-public:UploadLayerPart",
        "ecr-public:CompleteLayerUpload",
        "ecr-public:PutImage"
      ]
    }
  ]
}
"""
REPOSITORY_POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowPull",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer"
      ]
    }
  ]
}
"""
TAGS = '{\n  "team": "platform"\n}\n'
