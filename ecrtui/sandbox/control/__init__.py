"""The control plane: AWS's JSON, query and REST calls, answered from the world."""
