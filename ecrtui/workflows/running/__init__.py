"""Containers: started, looked at, ended."""
