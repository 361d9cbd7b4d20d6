"""`grove`: everything the service does, from a terminal.

commands   the commands and their options
making     a playlist from the first word to the table
files      what is written, and where it cannot be
importing  tables into the catalogue, with a progress bar and a ledger
doctor     what is reachable, what is missing, what that costs
show       tables for people, JSON for programs
"""

from grovemusic.cli.commands import main

__all__ = ["main"]
