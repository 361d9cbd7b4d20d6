"""Offline import of a catalogue: CPython only, never in the Worker.

demo       an invented catalogue of any size
"""
