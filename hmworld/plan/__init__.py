"""From a recipe to ClipSpecs: candidates are drawn, checked for collisions, forecast, and planned if they are worth a render.

`tables` puts the catalog into arrays, `draw` draws from them (raw Philox words keyed by seed and candidate, so that a candidate never
depends on how many came before), `foresee` forecasts blocks of candidates, `balance` chooses those that together have the shares a recipe
asks for, `sample` writes them out as ClipSpecs, `planner` puts it together. `clearance` says plainly what the compiled forecast says fast.
"""

from hmworld.plan.planner import Plan, plan

__all__ = ["Plan", "plan"]
