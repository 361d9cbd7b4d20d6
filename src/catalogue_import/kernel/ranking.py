"""Step two: a block's halves as rows, each item's closest others first."""

import numpy as np

from catalogue_import.kernel import kernels
from catalogue_import.kernel.halves import Blocks
from catalogue_import.kernel.indexing import Places
from catalogue_import.kernel.memberships import Numbers
from catalogue_import.kernel.rules import Rules
from catalogue_import.pairs import Neighbours


def ranked(
    halves: Places, block: int, blocks: Blocks, rules: Rules, *, appearances: Numbers, lists: int
) -> Neighbours:
    """The rows of one block.

    Args:
        appearances: Of all items, not only those of the block.
        lists: How many there are, for PMI.
    """
    item, rank, other, together, cosine = kernels.rank(
        halves,
        block << blocks.bits,
        appearances,
        blocks.bits,
        blocks.count_bits,
        rules.top,
        rules.shrink,
    )
    # As in `pairs.neighbours`, to the last bit: numpy's logarithm is not the kernel's.
    own, their = appearances[item].astype(np.float64), appearances[other].astype(np.float64)
    return Neighbours(
        item=item,
        rank=rank,
        other=other,
        together=together,
        cosine=cosine,
        pmi=np.log2(together * lists / (own * their)),
        jaccard=together / (own + their - together),
    )
