"""Layers: from a blob's bytes to the index of its files, the index as bytes, single files."""

from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.extraction import Extract, extract
from ecrtui.oci.layers.packing import pack, unpack
from ecrtui.oci.layers.reading import Progress, read_layer

__all__ = ["Caps", "Extract", "Progress", "extract", "pack", "read_layer", "unpack"]
