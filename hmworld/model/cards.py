"""Cards: what the pipeline knows of a scene or a subject before any engine runs."""

from typing import Literal

from pydantic import Field, model_validator

from hmworld.model.base import Digest, Document, Name, Vec3


class Look(Document):
    """Light and materials of a scene at one time of day and weather; numbers only."""

    sun_azimuth_deg: float
    """Where the sun stands: 0 = +X, counter-clockwise seen from above."""
    sun_elevation_deg: float = Field(ge=0.0, le=90.0)
    sun_rgb: Vec3
    sky_rgb: Vec3
    horizon_rgb: Vec3
    ground_rgb: Vec3
    fog_density_per_m: float = Field(ge=0.0, le=1.0)
    exposure: float = Field(gt=0.0)
    lamps: float = Field(default=0.0, ge=0.0, le=1.0)
    """How far the scene's own lamps and lit windows are on."""


class Obstacle(Document):
    """Stand-in of static geometry for planning: an upright box turned by `yaw_deg`, or an ellipsoid."""

    kind: Literal["box", "ellipsoid"]
    center_m: Vec3
    half_m: Vec3
    yaw_deg: float = 0.0
    solid: bool = True
    """Blocks walking; everything blocks view and camera."""


class Stage(Document):
    """An open, flat disc of a scene in which clips happen."""

    name: Name
    center_m: Vec3
    radius_m: float = Field(gt=0.0)
    yaw_deg: float
    """A natural main direction, for example along the street."""


class EmbeddedScene(Document):
    """How the embedded engine makes the scene."""

    generator: Name
    seed: int = Field(ge=0, lt=2**53)


class EmbeddedMesh(Document):
    """A scene of one's own: the mesh file that stands beside the card as `<name>.mesh.npz`, made by `hmworld catalog add-scene`."""

    mesh_sha256: Digest


class AssetSource(Document):
    """The file that a card of one's own was made from."""

    file: str
    sha256: Digest


class UnrealScene(Document):
    """Where the scene lives in an Unreal project."""

    map: str = Field(pattern=r"^/[A-Za-z0-9_/]+$")


class SceneCard(Document):
    """A scene: how engines make it, where clips happen, what stands in the way, how it is lit."""

    name: Name
    title: str
    place: str
    """A phrase for captions: "on a city street"."""
    biome: Literal["urban", "nature", "rural", "indoor"]
    embedded: EmbeddedScene | EmbeddedMesh | None = None
    unreal: UnrealScene | None = None
    bounds_m: tuple[Vec3, Vec3]
    stages: tuple[Stage, ...] = Field(min_length=1)
    looks: dict[Name, Look] = Field(min_length=1)
    obstacles: tuple[Obstacle, ...]
    credit: str
    """Who made what the pictures show, and its licence."""
    source: AssetSource | None = None


class GaitCard(Document):
    """One cyclic animation: seconds and metres of one cycle; `stride_m` is 0 for standing."""

    cycle_s: float = Field(gt=0.0)
    stride_m: float = Field(ge=0.0)
    speed_mps: tuple[float, float]
    """Speeds between which it looks right."""


class UnrealSubject(Document):
    """Assets of the subject in an Unreal project."""

    mesh: str = Field(pattern=r"^/[A-Za-z0-9_/.]+$")
    forward_axis: Literal["+x", "-x", "+y", "-y"] = "+y"
    animations: dict[Name, str]


class SubjectCard(Document):
    """A person or animal: size, gaits, words for captions, and the digest of its motion file."""

    name: Name
    title: str
    kind: Literal["person", "animal"]
    species: str
    noun: str
    """A phrase for captions: "a woman in a red coat"."""
    pronoun: Literal["he", "she", "it", "they"]
    height_m: float = Field(gt=0.0)
    footprint_radius_m: float = Field(gt=0.0)
    """Radius of the upright cylinder about the root that holds the body in every animation."""
    bounds_m: tuple[Vec3, Vec3]
    """Box over all animations, root frame."""
    surface_area_m2: float = Field(gt=0.0)
    gaits: dict[Name, GaitCard]
    motion_sha256: Digest
    """Of the `.motion.npz` beside the card: skeleton, animation tables and surface points."""
    mesh_sha256: Digest | None = None
    """Of the embedded engine's mesh; none where only Unreal has the subject."""
    unreal: UnrealSubject | None = None
    credit: str
    source: AssetSource | None = None

    @model_validator(mode="after")
    def _has_idle_and_a_gait(self) -> "SubjectCard":
        if "idle" not in self.gaits or self.gaits["idle"].stride_m != 0.0:
            raise ValueError("gaits must hold `idle` with stride_m 0")
        if not any(g.stride_m > 0 for g in self.gaits.values()):
            raise ValueError("gaits must hold one that moves (stride_m > 0)")
        return self
