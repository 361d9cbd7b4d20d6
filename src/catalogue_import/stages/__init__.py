"""The nine stages of an import, each resumable; `running` has their order.

acquire         inputs located, hashed, laid out     validate  every table is what it must be
transform       all tables as one, sorted by id      crossreference  tracks and recordings
vectorize       thirteen numbers, tiers, similar     upload    to the stores
index           the hot part to the database         mine      who stands beside whom
verify          samples of every layer against the source

running   order, plan, running      manifest  what was done        work     folder and steps
options   what may be chosen        costs     dollars a month      estimate  time and disk
sources   which tables there are    slices    playlist dataset     names    artists and albums
invented  a world as a source       base62    ids by the million   joined   tracks with sound
tables    columns of the cold store  publishing  a generation      vectors  numbers of many tracks
"""
