"""From a dump of the content scripts to cards: assets of an Unreal project become subjects and scenes, and entries of its catalog.json.

The scripts in `ue_project/Content/Python/hmworld_import` run in Unreal's editor and write down what they find; all arithmetic is here.
`dump` reads it, `subject` and `scene` make cards of it, `words` holds what nobody can measure. A mesh and what is measured of it go
through `hmworld.embedded.gltf`. It runs as `python -m hmworld.embedded.unreal`, which `hmworld catalog from-unreal` starts; no engine
serves from it.
"""
