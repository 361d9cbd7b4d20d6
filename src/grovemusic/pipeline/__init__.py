"""The stages of a playlist, in order. Each name below is the module beside this one.

1 input     domain/ask.py checks it, run.py reserves credits and starts
2 resolve   from the words a listener typed to tracks
3 enrich    from tracks to profiles: tags, sound, year, similar tracks and artists
4 generate  from profiles to candidates with evidence
5 score     six parts for every candidate (parts/ has one module a part)
6 curate    from many good candidates to the ones that belong together
7 explain   order.py arranges them, wording.py and explain.py say why
8 output    the playlist as it is stored

run.py drives them durably; refine.py makes the next version of a finished playlist;
gather.py asks several sources at once and notes the ones that fail.
"""
