"""What every storage port promises, on whatever platform.

platform    what a platform has to offer so that these tests can run on it
embedded    the platform of one machine
cast        actors to test actors with
test_*      one file a port, written against the Protocols of grovemusic.ports only

Another platform runs the same files: CONTRACT_PLATFORM names a module with a function `platform`.
"""
