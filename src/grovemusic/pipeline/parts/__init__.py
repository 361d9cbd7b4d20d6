"""The six parts of a score, one module each: a seed, a candidate and their evidence in, 0-1 out.

Each module has one function `score(seed, candidate, context) -> PartScore` that is pure and says
in its evidence what the number was computed from. Unknown is None, and never zero.
"""
