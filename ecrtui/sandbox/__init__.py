"""A local ECR: the demo's and the tests' registry, on loopback, over one world of state."""
