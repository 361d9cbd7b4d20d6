"""The databases, asked in the words of the domain. SQL lives here and nowhere else.

users      listeners and their credits
runs       runs, and the credits each holds: every movement is one idempotent transaction
playlists  playlists and their versions
tracks     tracks that were ever put into a playlist, with their external ids
catalogue  the catalogue's hot tables: finding, details, co-occurrence, tags
nearby     its tracks near one in sound, time and fame
sounds     its audio features       neighbours  its pairs and precomputed sound-alikes
xref       which MusicBrainz recordings its tracks are
access     what is asked for, and what became of it in the promotion
leases     one at a time, over all processes
"""
