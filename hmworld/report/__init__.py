"""Pictures of a dataset for people to look at."""

from hmworld.report.sheet import write_sheet

__all__ = ["write_sheet"]
