"""Layers: from the bytes of a blob to the index of its files, and the index as packed bytes."""

from ecrtui.oci.layers.caps import Caps
from ecrtui.oci.layers.packing import pack, unpack
from ecrtui.oci.layers.reading import Progress, read_layer

__all__ = ["Caps", "Progress", "pack", "read_layer", "unpack"]
