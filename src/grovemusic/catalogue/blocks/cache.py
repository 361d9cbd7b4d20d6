"""Headers kept in memory, so that most look-ups need one read."""

from collections import OrderedDict

from grovemusic.catalogue.blocks.header import Header

DEFAULT_BYTES = 1 << 19  # about 120 headers of the full catalogue
_OVERHEAD_BYTES = 400  # of the objects around a header's bytes


class HeaderCache:
    """The headers used last, up to so many bytes; one that is larger than all is not kept."""

    def __init__(self, most_bytes: int = DEFAULT_BYTES) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._headers: OrderedDict[str, Header] = OrderedDict()

    def __len__(self) -> int:
        return len(self._headers)

    @property
    def held_bytes(self) -> int:
        return self._bytes

    def get(self, key: str) -> Header | None:
        """The header of an object, which is now the one used last."""
        header = self._headers.get(key)
        if header is not None:
            self._headers.move_to_end(key)
        return header

    def put(self, key: str, header: Header) -> None:
        """Keep a header, and forget the ones not used for longest."""
        if _cost(header) > self._most_bytes:
            return
        if (old := self._headers.pop(key, None)) is not None:
            self._bytes -= _cost(old)
        self._headers[key] = header
        self._bytes += _cost(header)
        while self._bytes > self._most_bytes:
            _, old = self._headers.popitem(last=False)
            self._bytes -= _cost(old)

    def clear(self) -> None:
        self._headers.clear()
        self._bytes = 0


def _cost(header: Header) -> int:
    return len(header.body) + _OVERHEAD_BYTES
