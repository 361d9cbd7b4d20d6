"""The cold store: tables of any size by 128-bit id, a row for two range reads.

schema    which columns a table has          layout    where in a shard an id would be
manifest  which generation serves            header    what a shard begins with
block     rows of one block                  values    how a column lies in a block
reader    look-ups over an `ObjectStore`     cache     headers kept in memory
keys      ids of services as numbers         errors    what may be wrong with a file

Written by `catalogue_import.blockstore`; docs/block-format.md describes every byte.
"""
