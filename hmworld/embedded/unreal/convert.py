"""All of a dump made cards: each asset by itself, so that what is wrong with one keeps no other back.

Cards are made in a folder of their own and moved into the catalog last. A card that is there already and has been edited stays; the
project's entries then carry the digest of what stays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hmworld.catalog.catalog import MESH, MOTION, scene_digest
from hmworld.embedded.gltf.cardfiles import Kind
from hmworld.embedded.unreal.dump import Dump, package, read_dump
from hmworld.embedded.unreal.project import merged, read_project_catalog, write_project_catalog
from hmworld.embedded.unreal.scene import MadeScene, make_scene
from hmworld.embedded.unreal.subject import MadeSubject, make_subject
from hmworld.embedded.unreal.words import SceneWords, SubjectWords, Words
from hmworld.errors import AssetError, RecipeError
from hmworld.model.cards import SceneCard, SubjectCard

Made = MadeSubject | MadeScene


@dataclass(frozen=True)
class Options:
    """Where the dump is, where cards go, and which project's catalog.json gets entries."""

    dump: Path
    catalog: Path
    project_catalog: Path
    words: Words
    replace: bool = False


def convert(options: Options) -> dict[str, Any]:
    """Make cards and entries of a dump; answers what was made and what was not. AssetError where nothing can be begun."""
    dump = read_dump(options.dump)
    project = read_project_catalog(options.project_catalog)
    _check_words(options.words, dump)
    folder, words = options.dump, options.words
    jobs: list[tuple[Kind, str, Callable[[Path], Made]]] = []
    for character in dump.characters:
        said = words.subjects.get(package(character.mesh), SubjectWords())
        jobs.append(("subjects", package(character.mesh), partial(make_subject, folder, character, said, words.credit)))
    for dumped in dump.maps:
        told = words.scenes.get(dumped.map, SceneWords())
        jobs.append(("scenes", dumped.map, partial(make_scene, folder, dumped, told, words.credit)))
    made: list[dict[str, Any]] = []
    failed = [{"asset": "", "problem": problem} for problem in dump.problems]
    entries: dict[str, dict[str, Any]] = {"scenes": {}, "subjects": {}}
    for kind, asset, make in jobs:
        try:
            with tempfile.TemporaryDirectory(prefix="hmworld-unreal-") as scratch:
                new = make(Path(scratch))
                if new.name in entries[kind]:
                    raise AssetError(f"{asset}: is the second with the name {new.name}; give it another in the file of --words")
                state = _publish(kind, new, Path(scratch), options)
        except (AssetError, RecipeError) as error:
            failed.append({"asset": asset, "problem": _advised(str(error))})
            continue
        entries[kind][new.name] = new.entry
        made.append({"kind": kind, "asset": asset, "name": new.name, "state": state, "remarks": new.remarks, **_told(new)})
    if made:
        write_project_catalog(options.project_catalog, merged(project, entries["scenes"], entries["subjects"]))
    notes = list(dump.skipped)
    return {"engine": dump.engine, "made": made, "failed": failed, "notes": notes, "project_catalog": str(options.project_catalog)}


def _check_words(words: Words, dump: Dump) -> None:
    """AssetError for words of assets that are not in the dump: they are misspelt, or were not looked at."""
    found = {"subjects": sorted(package(c.mesh) for c in dump.characters), "scenes": sorted(m.map for m in dump.maps)}
    for kind, known in found.items():
        strangers = sorted(set(getattr(words, kind)) - set(known))
        if strangers and not dump.problems:
            raise AssetError(
                f"--words: {kind}: {strangers[0]}: was not found in Unreal; found {', '.join(known) or 'none'}. Correct the path, "
                "or look where it is"
            )


def _publish(kind: Kind, new: Made, scratch: Path, options: Options) -> str:
    """Move what was made into the catalog; answers new, replaced, unchanged or kept. A card that stays gives the entry its digest."""
    folder = options.catalog / kind
    card = folder / f"{new.name}.yaml"
    names = [card.name] if kind == "scenes" else [f"{new.name}{MOTION}", f"{new.name}{MESH}", card.name]
    if not card.exists():
        state = "new"
    elif all((folder / name).is_file() and (folder / name).read_bytes() == (scratch / kind / name).read_bytes() for name in names):
        return "unchanged"
    elif options.replace:
        state = "replaced"
    else:
        return _kept(kind, new, card, scratch)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:  # the card last: it names the others
        # Written beside their place first, for the scratch folder may be on another disk.
        beside = folder / f".{name}"
        beside.write_bytes((scratch / kind / name).read_bytes())
        beside.replace(folder / name)
    return state


def _kept(kind: Kind, new: Made, card: Path, scratch: Path) -> str:
    """A card that differs stays, if it still fits the files that it names."""
    if kind == "scenes":
        scene = SceneCard.from_yaml(card)
        if scene.unreal is None or scene.unreal.map != new.entry["map"]:
            raise AssetError(f"{card}: is there already and is of something else; give this one another name in the file of --words")
        new.entry["card_sha256"] = scene_digest(scene)
        return "kept"
    old, fresh = SubjectCard.from_yaml(card), SubjectCard.from_yaml(scratch / kind / card.name)
    if old.unreal is None or old.unreal.mesh != new.entry["mesh"]:
        raise AssetError(f"{card}: is there already and is of something else; give this one another name in the file of --words")
    measured = ("motion_sha256", "mesh_sha256", "unreal", "gaits")
    changed = [field for field in measured if getattr(old, field) != getattr(fresh, field)]
    if changed:
        raise AssetError(
            f"{card}: is there already with another {', '.join(changed)}: its assets have changed, or it was edited there; pass "
            "--replace to make it "
            "anew (words that you wrote into it belong into the file of --words)"
        )
    return "kept"


def _advised(problem: str) -> str:
    """Advice of the glTF importer names options of its command, and Blender; here they are words, and the editor."""
    problem = problem.replace(
        "decimate it first, for example with Blender's Decimate modifier",
        "generate a LOD with fewer in the editor (Asset Details, LOD Settings), save the mesh, and run this again",
    )
    options = [option for option in ("--stride-m", "--forward", "--name", "--idle", "--gait") if option in problem]
    places = {"--stride-m": "strides_m", "--forward": "forward", "--name": "name", "--idle": "idle", "--gait": "gaits"}
    if not options:
        return problem
    return f"{problem} (from Unreal: {', '.join(places[o] for o in options)} in the file of --words)"


def _told(new: Made) -> dict[str, Any]:
    if isinstance(new, MadeScene):
        return {
            "stages": [f"{s['name']} at {s['center_m'][0]:g},{s['center_m'][1]:g}, radius {s['radius_m']:g} m" for s in new.card["stages"]],
            "obstacles": len(new.card["obstacles"]),
        }
    gaits = {
        gait: {**found, "animation": new.entry["gaits"][gait]["animation"], "others": new.others[gait]}
        for gait, found in ((g, {k: new.card["gaits"][g][k] for k in ("cycle_s", "stride_m")}) for g in new.card["gaits"])
    }
    words = {"words": {word: new.card[word] for word in ("kind", "noun", "pronoun")}, "guessed": new.guessed}
    sizes = {"height_m": new.card["height_m"], "forward": new.entry["forward_axis"], "joints": len(new.entry["joints"])}
    return {**sizes, **words, "gaits": gaits}
