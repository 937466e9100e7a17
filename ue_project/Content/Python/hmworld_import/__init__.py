"""Collects, inside Unreal's editor, what hmworld must know of characters and maps.

`run.py` is what `hmworld catalog from-unreal` has the editor execute. It reads `Saved/HMWorld/Import/request.json` and writes `dump.json`
and files of float32 beside it; `hmworld/embedded/unreal/dump.py` says what is in them. Nothing is worked out here: the editor's Python
has neither numpy nor hmworld, only `unreal` and the standard library.

Besides that folder two things are written, each asked for in the request: *Allow CPU Access* of LOD 0 of a mesh that lacks it, and imported
files below `/Game/HMWorld/Imported`.
"""
