"""The only code that knows where it runs: it builds the ports and hands them to the rest.

embedded    one process or two on a laptop or a small server: SQLite, files, numpy
cloudflare  one Python Worker: D1, KV, R2, Vectorize, Durable Objects, Queues
"""
