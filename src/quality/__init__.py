"""How good the playlists are: real lists with tracks hidden, honest rivals, intervals."""
