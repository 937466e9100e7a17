"""`hmworld engine check`: an engine measured against what the driver takes for granted of it.

Boxes of known size are put high above a scene, and a subject among them; poses are commanded, and what pictures, masks, depth and bones
show is compared with our own geometry. A check that fails tries other readings of the same commands (a mirrored axis, the vertical field
of view, a picture late) and names the one that fits. `bench` sets up and captures, `basics`, `moments`, `optics`, `masks`, `depth` and
`subjects` hold the checks, `suite` runs them in order, `advice` says what to do, `report` writes it down. Works on any engine that answers
the director's table.
"""

from hmworld.engine.selftest.findings import Finding
from hmworld.engine.selftest.report import text, write_report
from hmworld.engine.selftest.suite import check_engine
from hmworld.engine.selftest.target import Target

__all__ = ["Finding", "Target", "check_engine", "text", "write_report"]
