"""GroveMusic: one song in, a playlist out, with a reason for every track that you can check.

`docs/architecture.md` says where everything happens.
"""

VERSION = "0.1.0"
