"""
What may stop an import:

* GroveError
  x UnreadableFile    not a table in any format we know, or cut off in the middle
  x RealDataPresent   the demo catalogue is never loaded over imported music
"""

from grovemusic.domain.errors import GroveError


class UnreadableFile(GroveError):
    """Names the file and what is wrong with it. Nothing of it was imported."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class RealDataPresent(GroveError):
    """There are `tracks` imported tracks: invented ones would be taken for music."""

    def __init__(self, tracks: int) -> None:
        super().__init__(
            f"the catalogue holds {tracks} real tracks; the demo is not loaded over it"
        )
        self.tracks = tracks
