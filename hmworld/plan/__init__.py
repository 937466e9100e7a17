"""From a recipe to ClipSpecs: candidates are sampled, checked for collisions, forecast, and kept if the forecast promises an absence.

Random numbers are raw Philox words keyed by (seed, candidate index), so a candidate never depends on how many came before.
"""

from hmworld.plan.planner import Plan, plan

__all__ = ["Plan", "plan"]
