"""The databases, asked in the words of the domain. SQL lives here and nowhere else.

users      listeners and their credits
runs       runs, and the credits each holds: every movement is one idempotent transaction
playlists  playlists and their versions
tracks     tracks that were ever put into a playlist, with their external ids
catalogue  the catalogue's hot tables: finding, details, co-occurrence, tags
"""
