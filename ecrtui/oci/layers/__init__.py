"""Layers: from a blob's bytes to the index of its files, the index as bytes, single files."""

from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.extraction import Extract, extract
from ecrtui.oci.layers.lazy import read_lazily
from ecrtui.oci.layers.packing import pack, unpack
from ecrtui.oci.layers.reading import read_layer
from ecrtui.oci.layers.toc_places import Fetch, toc_digest, told_size
from ecrtui.oci.layers.verified import Progress

__all__ = [
    "Caps",
    "Extract",
    "Fetch",
    "Progress",
    "extract",
    "pack",
    "read_layer",
    "read_lazily",
    "toc_digest",
    "told_size",
    "unpack",
]
