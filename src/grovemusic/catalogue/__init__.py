"""What the catalogue knows of a track, wherever it lies, and which tracks get a vector.

lookup      every question, through up to five layers
layers      the look-up itself: memory, single flight, metrics, filling behind its back
edge        KV            cache_keys  its keys and times
hot         D1            similar     precomputed, else the vector index
cold        R2            tables      what its tables hold
features    the thirteen numbers a track is found by in the vector index
tiers       whose vectors come with the import, and whose are earned
promotion   those who are asked for often get one
uploading   vectors into an index, in batches       sharding  one index made of several
crossref    which recording of MusicBrainz a track is, asked one by one
genres      what a sound hints at                   decades   years in tens
blocks/     the format of the cold store
"""
