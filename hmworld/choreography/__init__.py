"""ClipSpec -> poses at any time, and what follows from poses alone: visibility, absences and their causes, the forecast.

`choreograph` is the one place where a pose is computed: planner, driver, annotator and validator all call it. Nothing here knows a
catalog, an engine or a file; a subject's motion (`geometry.motion.Motion`) is handed in. `compiled` forecasts candidates by the thousand.
"""

from hmworld.choreography.absences import find_events
from hmworld.choreography.causes import exit_and_entry_causes
from hmworld.choreography.choreography import Choreography, SubjectPose, choreograph
from hmworld.choreography.forecast import Forecast, forecast
from hmworld.choreography.retention import passes_retention, retention_reason
from hmworld.choreography.visibility import in_frame_fraction, side_of, states_from_counts
from hmworld.model.event import absences_overlap

__all__ = [
    "Choreography",
    "Forecast",
    "SubjectPose",
    "absences_overlap",
    "choreograph",
    "exit_and_entry_causes",
    "find_events",
    "forecast",
    "in_frame_fraction",
    "passes_retention",
    "retention_reason",
    "side_of",
    "states_from_counts",
]
