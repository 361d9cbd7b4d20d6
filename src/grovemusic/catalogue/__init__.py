"""The catalogue's own rules: what its vectors hold, and, as it grows, its look-ups.

features  the thirteen numbers a track is found by in the vector index
"""
