"""From pictures and poses to ground truth: visibility, boxes, events with times and causes, quality, and whether a clip is kept.

Reads what was rendered and what was commanded; draws nothing and writes nothing.
"""

from hmworld.annotate.annotation import ClipAnnotation, annotate, state_agreement
from hmworld.annotate.pixels import FrameMeasures, box_corners, measure

__all__ = ["ClipAnnotation", "FrameMeasures", "annotate", "box_corners", "measure", "state_agreement"]
