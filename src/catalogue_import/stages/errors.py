"""
What may stop the nine stages; nothing that was finished is lost:

* GroveError
  x NoSource          nothing to import, or a file is not there
  x WrongSchema       a table lacks columns it must have
  x DamagedManifest   the work folder's manifest is not one we wrote
  x InUse             another import works in the same folder
  x Differs           `verify` found a layer that does not say what the source says
"""

from collections.abc import Sequence

from grovemusic.domain.errors import GroveError


class NoSource(GroveError):
    """Says what was looked for."""


class WrongSchema(GroveError):
    """Names the table and the columns it lacks."""

    def __init__(self, table: str, missing: Sequence[str]) -> None:
        super().__init__(f"{table}: there is no column for {', '.join(missing)}")
        self.table, self.missing = table, tuple(missing)


class DamagedManifest(GroveError):
    """Move the work folder away, or repair the file it names."""


class InUse(GroveError):
    """Names the folder and the process."""


class Differs(GroveError):
    """A layer does not say what the source says; the file named lists every difference."""
