"""Which MusicBrainz recording a track is, in bulk and from a dump.

reference  a table of recordings as sorted arrays     names     how titles and artists are compared
codes      ISRCs as numbers                           matching  tracks against the arrays
"""
