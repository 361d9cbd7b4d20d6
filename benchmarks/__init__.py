"""Every speed and memory figure beside its rival, measured in the same run: `make bench`.

runs     a playlist from a song over simulated services, cold and warm
"""
