"""How deep JSON is nested, found without reading it.

Readers of JSON recurse, and a Worker's stack is small: text of a few hundred brackets would end the
interpreter, and with it every request of its isolate. So depth is looked at first.
"""

import re

DEEPEST = 32  # levels; nothing we send or are sent has a quarter of that
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_PAIRS = re.compile(rb"\[\]|\{\}")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
_STRUCTURE = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)


class Depth:
    """How deep JSON text that comes in pieces was nested at most."""

    def __init__(self) -> None:
        self._depth, self._deepest, self._in_string, self._rest = 0, 0, False, b""

    def after(self, piece: bytes) -> int:
        """The greatest depth so far, this piece included."""
        text, self._rest = self._rest + piece, b""
        if (len(text) - len(text.rstrip(b"\\"))) % 2:
            text, self._rest = text[:-1], b"\\"  # what it escapes comes with the next piece
        for match in _STRUCTURE.finditer(text):
            mark = match[0]
            if mark == b'"':
                self._in_string = not self._in_string
            elif not self._in_string and mark in b"[{":
                self._depth += 1
                self._deepest = max(self._deepest, self._depth)
            elif not self._in_string and mark in b"]}":
                self._depth -= 1
        return self._deepest


def too_deep(body: bytes) -> bool:
    """Whether a whole text is nested deeper than readers may be trusted with: 20 ms a megabyte."""
    brackets = _STRINGS.sub(b"", body).translate(None, _OTHERS)
    for _ in range(DEEPEST):
        brackets, found = _PAIRS.subn(b"", brackets)  # the innermost level
        if not found:
            return len(brackets) > DEEPEST  # never closed: no JSON, but it may be deep
    return bool(brackets)
