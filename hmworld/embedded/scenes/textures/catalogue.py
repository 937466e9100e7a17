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
from hmworld.embedded.scenes.textures import building, ground, nature

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
    # Country: 50 to 69.
    # Harbour, farm and halls: 70 to 89.


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
