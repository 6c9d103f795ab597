"""ecrtui, the terminal explorer for Amazon ECR."""

__version__ = "0.1.0"
