"""Ids nobody can guess."""

import secrets

from grovemusic.domain.ids import ALPHABET, DIGITS


def new_id(prefix: str) -> str:
    """`prefix` and 22 random base62 digits: 130 bits, too many to guess or to meet twice."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(DIGITS))
