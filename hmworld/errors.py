"""The one exception tree of hmworld.

    HMWorldError
    ├── UsageError          the call is wrong (exit code 2)
    ├── RecipeError         a recipe, card or trajectory cannot be used as written
    ├── AssetError          a 3D file of one's own cannot be made a scene or subject
    ├── PlanError           no plan can be made from a valid recipe
    ├── EngineError         an engine misbehaved
    │   ├── EngineStartError    it did not start (port in use, not found, ...)
    │   ├── EngineTimeout       it did not answer in time; its connection is thrown away
    │   ├── EngineUnusable      it fails again and again: no use in going on with it
    │   ├── EngineFault         its pictures or poses cannot be what was asked for
    │   └── EngineRefused       it answered `error ...` to a command
    ├── RunStopped          a run was asked to stop, and has
    ├── StorageError        output could not be written (disk full, permission, ...)
    └── DatasetError        a dataset on disk is not what its metadata says
        └── ClipsDamaged        staged clips were damaged: they are to be rendered again

A message says what was wrong, where, what was expected and what to do.
"""


class HMWorldError(Exception):
    """Base of every error that hmworld raises on purpose."""


class UsageError(HMWorldError):
    """The call itself is wrong: a missing folder, contradictory options."""


class RecipeError(HMWorldError):
    """A document written by a person (recipe, card, trajectory) is malformed."""


class AssetError(HMWorldError):
    """A 3D file (glTF) that cannot be made a scene or a subject."""


class PlanError(HMWorldError):
    """A valid recipe from which no plan can be made."""


class EngineError(HMWorldError):
    """An engine misbehaved."""


class EngineStartError(EngineError):
    """An engine did not start or could not be reached."""


class EngineTimeout(EngineError):
    """An engine did not answer in time."""


class EngineUnusable(EngineError):
    """An engine fails again and again, or is gone for good: no other clip can be made with it either."""


class EngineFault(EngineError):
    """Pictures or poses of an engine that cannot be of the instant that was commanded; `name` is what is wrong with them."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name}: {what}")
        self.name = name


class EngineRefused(EngineError):
    """An engine answered a command with an error."""


class RunStopped(HMWorldError):
    """A run was asked to stop, and what was under way is finished."""


class StorageError(HMWorldError):
    """Output could not be written."""


class DatasetError(HMWorldError):
    """A dataset on disk is not what its metadata says."""


class ClipsDamaged(DatasetError):
    """Staged clips are not what their records say; the records are gone, so that the clips are rendered again."""
