"""One router a subject: health, search, generate, playlists, listener."""
