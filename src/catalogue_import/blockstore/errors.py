"""
What may stop the writing of a generation; the one that serves goes on serving:

* GroveError
  x GenerationTaken   somebody else writes, or has written, a generation of that name
  x LostRace          another writer published while this one worked
  x StillServing      the generation that serves is not retired
  x TooSkewed         too many ids in one shard: they are not spread evenly
"""

from grovemusic.domain.errors import Conflict, GroveError


class GenerationTaken(Conflict):
    """Choose another name; names are used once."""


class LostRace(Conflict):
    """Names the generation that won. What was written is left, and may be retired."""


class StillServing(Conflict):
    """Publish another generation first."""


class TooSkewed(GroveError):
    """Hash the ids (`grovemusic.catalogue.blocks.keys.of_text`), or ask for more shards."""
