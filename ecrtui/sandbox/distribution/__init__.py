"""The registry API (OCI distribution) over the sandbox's world, with ECR's manners.

api        handle_registry(world, place, request): everything that a registry's port serves
tokens     issue_token(key_id) for GetAuthorizationToken, and the check of what comes back
presign    sign_layer_url(host, LayerObject) for redirects and GetDownloadUrlForLayer
"""
