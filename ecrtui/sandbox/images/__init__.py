"""Pure makers of image bytes: programs, layers, configs, manifests, indexes and artifacts.

Everything here is a function of its arguments: the same arguments, the same digest.
"""
