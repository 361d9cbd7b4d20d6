"""The six parts of a score, one module each: a candidate, the seeds and their evidence in, 0-1 out.

Each module has one function `score(candidate, context) -> PartScore` that is pure and says in its
evidence what the number was computed from; of several seeds it names the one it is closest to.
Unknown is None, and never zero.
"""
