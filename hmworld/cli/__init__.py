"""The `hmworld` command: a thin layer that reads arguments, shows progress, and turns errors into one clear line.

Exit codes: 0 good, 1 the data or the run is bad, 2 the call is wrong.
"""

from hmworld.cli.app import main

__all__ = ["main"]
