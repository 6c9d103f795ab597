"""The only room that knows the Docker API: Docker, and Podman through the same."""
