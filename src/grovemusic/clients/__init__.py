"""Other services, asked politely. Nothing here knows what a playlist is.

lastfm, lastfm_answers              tags, similar tracks and artists, top tracks
musicbrainz, musicbrainz_answers    recordings, ISRCs, artists, releases and their dates
listenbrainz, listenbrainz_answers  similar recordings, bulk facts, listens, radio
claude, schema, kept_words          words, whether they fit what was asked, and those of before

Every client but Claude asks through one `Send`, made by `transport` from these parts:

singleflight   equal questions at the same time are asked once
cache, keys    answers are kept, under which names and how long
retry          temporary trouble is tried again, within a listener's patience
metering       how many calls one run may make
pacing, limiter  how often a service may be called at all, by one process or by all
http           one call over HTTP

verdict, lastfm_errors, reading     what an answer means, and reading it without trusting it
"""
