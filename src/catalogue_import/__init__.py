"""Offline import of a catalogue: CPython only, never in the Worker.

importing    the whole of it: tables or an invented world into the catalogue's file
unpacking    files to lines        reading    files to tables of cells
columns      which column means what
cells        one cell to a value   parsing    a row to what it says, or why it says nothing
staging      what one table says about another's ids
rows         a table to the catalogue, every row accounted for
loading      tracks, features, tags and playlists into their tables
pairs        who stands beside whom, in numpy      mining       the same into its tables
facts        counts, means, deviations             vectorising  tracks as vectors
removing     demo data makes room                  journal      what each import did
ledger       what is told about it                 errors       what may stop it
demo         an invented catalogue of any size
"""
