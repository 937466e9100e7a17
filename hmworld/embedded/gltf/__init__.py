"""Bring your own: a skinned, animated glTF becomes a subject, a static one a scene, in a folder that `--catalog` names.

`document` opens and checks a file, `nodes` poses its hierarchy, `surfaces` reads its triangles and pictures; `subject` and `scene` turn
them into what the engine draws and what a card says. It runs as `python -m hmworld.embedded.gltf`, which `hmworld catalog add-subject` and
`add-scene` start. Nothing here runs while an engine serves: an engine reads only what was baked.
"""
