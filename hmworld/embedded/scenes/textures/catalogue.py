"""The texture catalogue: names as indices, and building the images a scene uses.

Every image is (256, 256, 3) u8 sRGB, tileable, row 0 at v = 0; cut-outs have alpha as a fourth channel. Materials with
a colour of their own (asphalt, grass) hold natural albedo; neutral ones (plaster, roof tiles) are pale and take their
colour from the vertices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures import building, country, country_plants, ground, halls, nature, tower, town

Array = NDArray[np.float64]


class Texture(IntEnum):
    """Materials with an image; `shapes.PLAIN` (-1) has none."""

    ASPHALT = 0
    PAVING = 1
    COBBLES = 2
    ROAD_PAINT = 3
    DIRT = 4
    GRASS = 5
    MEADOW = 6
    PLASTER = 7
    BRICK = 8
    ASHLAR = 9
    ROOF_TILES = 10
    WINDOW = 11
    WINDOW_DARK = 12
    SHOP = 13
    BOUTIQUE = 14
    DOOR = 15
    AWNING_RED = 16
    AWNING_GREEN = 17
    AWNING_BLUE = 18
    POSTERS = 19
    BARK = 20
    LEAVES = 21
    LEAF_SPRAY = 22
    GRASS_TUFT = 23
    BOUGH = 24
    NEEDLES = 25
    ROCK = 26
    WOOD = 27
    HAY = 28
    MOUNTAIN = 29
    # Town: 30 to 49.
    GLASS_PANE = 30
    GLASS_LIT = 31
    OFFICE_WINDOW = 32
    OFFICE_LIT = 33
    BILLBOARD = 34
    POURED_CONCRETE = 35
    SIDING = 36
    SHINGLES = 37
    GARAGE_DOOR = 38
    RIBBED_STEEL = 39
    MUD = 40
    TYRE_TRACK = 41
    LEADED = 42
    ROUND_COBBLES = 43
    RUBBLE = 44
    CLOCK = 45
    PRODUCE = 46
    GRAVEL = 50
    FOREST_FLOOR = 51
    SAND = 52
    WATER = 53
    STRATA = 54
    SNOW = 55
    PINE_BARK = 56
    BEECH_BARK = 57
    FERN = 58
    PALM_FROND = 59
    DUNE_GRASS = 60
    TWIGS = 61
    SNOWY_BOUGH = 62
    LOG_WALL = 63
    WOODLAND = 64
    RUST = 65
    CRACKED_ROAD = 66
    SNOWY_NEEDLES = 67
    CACTUS_SKIN = 68
    # Harbour, farm and halls: 70 to 89.
    SCREED = 70
    SHEETING = 71
    BOARDS = 72
    MARBLE = 73
    TERRAZZO = 74
    CARTON = 75
    SLATTED = 76
    SEA = 77
    PICTURES = 78
    DEPARTURES = 79
    NETTING = 80
    FURROWS = 81
    CROP = 82
    GRIT = 83


_PAINTERS: dict[Texture, Callable[[Stream], Array]] = {
    Texture.ASPHALT: ground.asphalt,
    Texture.PAVING: ground.paving,
    Texture.COBBLES: ground.cobbles,
    Texture.ROAD_PAINT: ground.road_paint,
    Texture.DIRT: ground.dirt,
    Texture.GRASS: ground.grass,
    Texture.MEADOW: ground.meadow,
    Texture.PLASTER: building.plaster,
    Texture.BRICK: building.brick,
    Texture.ASHLAR: building.ashlar,
    Texture.ROOF_TILES: building.roof_tiles,
    Texture.WINDOW: building.window_pale,
    Texture.WINDOW_DARK: building.window_dark,
    Texture.SHOP: building.shop,
    Texture.BOUTIQUE: building.boutique,
    Texture.DOOR: building.door,
    Texture.AWNING_RED: building.awning_red,
    Texture.AWNING_GREEN: building.awning_green,
    Texture.AWNING_BLUE: building.awning_blue,
    Texture.POSTERS: building.posters,
    Texture.BARK: nature.bark,
    Texture.LEAVES: nature.leaves,
    Texture.LEAF_SPRAY: nature.leaf_spray,
    Texture.GRASS_TUFT: nature.grass_tuft,
    Texture.BOUGH: nature.bough,
    Texture.NEEDLES: nature.needles,
    Texture.ROCK: nature.rock,
    Texture.WOOD: nature.wood,
    Texture.HAY: nature.hay,
    Texture.MOUNTAIN: nature.mountain,
    Texture.GLASS_PANE: tower.glass_pane,
    Texture.GLASS_LIT: tower.glass_lit,
    Texture.OFFICE_WINDOW: tower.office_window,
    Texture.OFFICE_LIT: tower.office_lit,
    Texture.BILLBOARD: tower.billboard,
    Texture.POURED_CONCRETE: tower.concrete,
    Texture.SIDING: town.siding,
    Texture.SHINGLES: town.shingles,
    Texture.GARAGE_DOOR: town.garage_door,
    Texture.RIBBED_STEEL: town.corrugated,
    Texture.MUD: town.mud,
    Texture.TYRE_TRACK: town.tyre_track,
    Texture.LEADED: town.leaded,
    Texture.ROUND_COBBLES: town.round_cobbles,
    Texture.RUBBLE: town.rubble,
    Texture.CLOCK: town.clock,
    Texture.PRODUCE: town.produce,
    Texture.SCREED: halls.screed,
    Texture.SHEETING: halls.sheeting,
    Texture.BOARDS: halls.boards,
    Texture.MARBLE: halls.marble,
    Texture.TERRAZZO: halls.terrazzo,
    Texture.CARTON: halls.carton,
    Texture.SLATTED: halls.slatted,
    Texture.SEA: halls.sea,
    Texture.PICTURES: halls.pictures,
    Texture.DEPARTURES: halls.departures,
    Texture.NETTING: halls.netting,
    Texture.FURROWS: halls.furrows,
    Texture.CROP: halls.crop,
    Texture.GRIT: halls.grit,
    Texture.GRAVEL: country.gravel,
    Texture.FOREST_FLOOR: country.forest_floor,
    Texture.SAND: country.sand,
    Texture.WATER: country.water,
    Texture.STRATA: country.strata,
    Texture.SNOW: country.snow,
    Texture.PINE_BARK: country.pine_bark,
    Texture.BEECH_BARK: country.beech_bark,
    Texture.FERN: country_plants.fern,
    Texture.PALM_FROND: country_plants.palm_frond,
    Texture.DUNE_GRASS: country_plants.dune_grass,
    Texture.TWIGS: country_plants.twigs,
    Texture.SNOWY_BOUGH: country_plants.snowy_bough,
    Texture.LOG_WALL: country.log_wall,
    Texture.WOODLAND: country.woodland,
    Texture.RUST: country.rust,
    Texture.CRACKED_ROAD: country.cracked_road,
    Texture.SNOWY_NEEDLES: country_plants.snowy_needles,
    Texture.CACTUS_SKIN: country.cactus_skin,
}


def build_textures(names: Iterable[int], seed: int) -> list[NDArray[np.uint8]]:
    """The images of `names` in their order, (256, 256, 3) or, cut out, (256, 256, 4) u8 sRGB."""
    images = []
    for name in names:
        texture = Texture(name)
        linear = np.clip(_PAINTERS[texture](Stream(seed, texture.name)), 0.0, 1.0)
        srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
        srgb[..., 3:] = linear[..., 3:]
        images.append((srgb * 255.0 + 0.5).astype(np.uint8))
    return images
