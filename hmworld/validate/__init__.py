"""Checks of a dataset against its own promises. Each check derives a fact a second time, from another source than the one that wrote it."""

from hmworld.validate.report import Problem, Report
from hmworld.validate.run import validate_dataset

__all__ = ["Problem", "Report", "validate_dataset"]
