"""Where in the store an id would be: which shard, and which bucket of it. Pure arithmetic.

Ids are 128-bit numbers. A shard is an equal part of all ids, a bucket an equal part of a shard, so
no index of keys is needed as long as ids are spread evenly. Where they are not, the header of
the shard names the places at which a bucket was split (`header.py`).
"""

ID_BITS = 128
ID_BYTES = 16
IDS = 1 << ID_BITS
ROWS_PER_BLOCK = 64  # docs/decisions/0040-column-blocks.md
BLOCKS_PER_SHARD = 977  # 62,528 rows in blocks of 64, and a header of 4 KB
MOST_SHARDS = 1 << 24
# A header of 4,000 bytes and a block of this size are one look-up of less than 14,000 bytes.
BLOCK_BYTES = 9_000
MOST_RAW_BYTES = 1 << 18  # of a block once inflated, so that a look-up needs little memory
MOST_ROWS_PER_BLOCK = (1 << 16) - 1


def shard_of(key: int, shards: int) -> int:
    """The shard of an id, 0 to `shards` - 1.

    Raises:
        ValueError: `key` is negative or needs more than 128 bits.
    """
    if not 0 <= key < IDS:
        raise ValueError(f"want a number of 128 bits, got {key}")
    return (key * shards) >> ID_BITS


def bucket_of(key: int, shards: int, buckets: int) -> int:
    """The bucket of an id inside its shard, 0 to `buckets` - 1; never falls as ids rise."""
    return ((key * shards & (IDS - 1)) * buckets) >> ID_BITS


def first_of_bucket(shard: int, bucket: int, shards: int, buckets: int) -> int:
    """The least id of a bucket; for `bucket` == `buckets` the one after the shard's last."""
    inside = -((-bucket << ID_BITS) // buckets)  # rounded up
    return -(-((shard << ID_BITS) + inside) // shards)


def shards_for(rows: int, rows_per_block: int = ROWS_PER_BLOCK) -> int:
    """How many shards keep a header at 4 KB."""
    return min(MOST_SHARDS, max(1, -(-rows // (BLOCKS_PER_SHARD * rows_per_block))))
