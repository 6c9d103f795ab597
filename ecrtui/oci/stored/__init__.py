"""Images that are files: OCI layouts in folders and tars, and what `docker save` writes.

    Layout(Folder("dir", "oci:dir"))              # a BlobSource
    Layout(Archive(file, "oci-archive:file"))
    saved(Archive(file, "docker-archive:file"))
    saved_stream(manifest, ["team/app:v1"], read) # the chunks of a tar that engines load

Nothing is unpacked, and no name that a file holds is ever opened: a folder is asked for
`index.json` and for blobs by digest, a tar is read at the offsets of its members.
"""

from ecrtui.oci.stored.archive import Archive
from ecrtui.oci.stored.files import Folder
from ecrtui.oci.stored.layout import Layout
from ecrtui.oci.stored.saved import saved
from ecrtui.oci.stored.saving import saved_stream

__all__ = ["Archive", "Folder", "Layout", "saved", "saved_stream"]
