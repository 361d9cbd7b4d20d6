"""The tables of the cold store as they are made; `grovemusic.catalogue.tables` defines them.

A row of TRACKS comes from two kinds of tables: what is said of a track, and how it sounds.
"""

from grovemusic.catalogue import tables as defined
from grovemusic.catalogue.blocks.schema import Schema
from grovemusic.store.sounds import NUMBERS

TRACKS, CROSSREFERENCE, NEIGHBOURS = (
    defined.TRACKS,
    defined.CROSS_REFERENCES,
    defined.COMPANIONS,
)
FEATURES = tuple(NUMBERS)
ABOUT = TRACKS.columns[: -len(FEATURES)]
SOUND = TRACKS.columns[-len(FEATURES) :]
ABOUT_TRACKS = Schema("about tracks", ABOUT)  # intermediate
SOUND_OF_TRACKS = Schema("sound of tracks", SOUND)  # intermediate
NEIGHBOURS_PER_BLOCK = 4

PREFIXES = {schema.table: defined.prefix(schema) for schema in defined.ALL}
SCHEMAS = {schema.table: schema for schema in defined.ALL}
