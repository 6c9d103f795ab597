"""The registry API (OCI distribution) over the sandbox's world, with ECR's manners."""
