"""What a validation found."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: which check found it, where, and what."""

    check: str
    where: str
    message: str


@dataclass
class Report:
    """Checks and how many things each looked at, and the problems found."""

    root: str
    checked: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong and something was looked at."""
        return not self.problems and sum(self.checked.values()) > 0

    def look(self, check: str, count: int = 1) -> None:
        """Count things that a check looked at."""
        self.checked[check] = self.checked.get(check, 0) + count

    def add(self, check: str, where: str, message: str) -> None:
        """Note a problem."""
        self.look(check, 0)
        self.problems.append(Problem(check, where, message))

    def to_json(self) -> dict[str, Any]:
        """Plain data for machines."""
        return {
            "root": self.root,
            "good": self.good,
            "checked": self.checked,
            "problems": [{"check": p.check, "where": p.where, "message": p.message} for p in self.problems],
        }
