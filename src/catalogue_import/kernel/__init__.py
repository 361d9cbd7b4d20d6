"""Who stands beside whom, for playlists by the million: the mining kernel and what drives it.

engines      one of three ways to mine, all with the same rows: numba, numpy, spark
memberships  which tracks stand in which playlists: from arrays, SQLite, Parquet
files        memberships and rows in files, streamed
rules        what counts, and what a machine may use
machine      numba: threads of one machine, memory bounded, what does not fit in files
cluster      spark: the same two steps with Spark's shuffle between them
indexing     lists of items and items of lists, numbered by how common they are
halves       how what was counted is packed, and where it is kept until it is ranked
counting     step one: halves from an index          ranking  step two: rows from halves
kernels      both steps as machine code              compiling  how it becomes that
"""
