"""The only room that understands image bytes: manifests, configs and the registry API."""
