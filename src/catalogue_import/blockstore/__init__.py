"""Writes the cold store that `grovemusic.catalogue.blocks` reads: CPython and numpy, offline.

spill       rows in any order to runs on disk, and out again in the order of their ids
checking    values to arrays, or the reason why a row cannot be used
cells       a column of many rows as arrays        rejects    rows that could not be used
packing     a column's rows to the bytes in a block
shard       rows in order to the bytes of a shard
publish     shards to an object store, and the switch to the new generation
verifying   everything read back                   errors     what may stop it
"""
