"""What the service talks about, and its rules: no I/O, no clock, no randomness.

music     tracks, audio features, tags, seeds, candidates and their evidence
names     how names are folded so that "Sigur Rós" and "sigur ros" are one
works     when two tracks are the same song, and which version is preferred
ask       what a listener may ask for, and what is wrong with it
playlist  a playlist, its tracks, its versions and edits
run       the states and events of one pipeline run
credits   what a playlist costs
errors    everything that may go wrong and is not our bug
codec     values to JSON and back
"""
