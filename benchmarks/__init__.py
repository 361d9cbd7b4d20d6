"""Every speed and memory figure beside its rival, measured in the same run: `make bench`.

runs     a playlist from a song over simulated services, cold and warm
crowd    two hundred runs at once: what each service saw in its busiest second
worker   the Worker's entry imported inside Pyodide
web      bytes and seconds of each page on a slow phone, axe's findings
blocks   one look-up in the cold store beside a whole SQLite partition
mining   co-occurrence beside DuckDB, sparse_dot_topn, Spark and the specification's loops
"""
