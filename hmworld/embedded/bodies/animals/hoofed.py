"""Animals that go on hooves, and others that are neither pawed nor people: shape, size and the way each moves."""

from __future__ import annotations

from dataclasses import replace

from hmworld.embedded.bodies.animals import camel, caprines, cow, deer, elephant, giraffe, goose, horse, ostrich, pig, zebra
from hmworld.embedded.bodies.animals.birds import bird_gaits
from hmworld.embedded.bodies.animals.gaits import Animal
from hmworld.embedded.bodies.animals.gallop import Spring
from hmworld.embedded.bodies.animals.hoofed_paces import (
    GALLOP,
    HORSE_IDLE,
    HORSE_TROT,
    HORSE_WALK,
    ambling,
    stepping_low,
    strided,
    striding_pace,
)
from hmworld.embedded.bodies.animals.walkers import four_legged, galloping
from hmworld.embedded.bodies.subject import Subject

HORSE = Animal("hoof", 0.005, 0.115, -0.015, 0.100, ("neck", "neck_upper"), ("tail_1", "tail_2", "tail_3", "tail_4"))

HOOFED = {
    "horse": Subject(1.0, horse.body, four_legged(HORSE, HORSE_IDLE, HORSE_WALK, HORSE_TROT)),
    "zebra": Subject(
        1.0,
        zebra.zebra,
        galloping(
            zebra.ZEBRA.animal(),
            replace(HORSE_IDLE, gaze=9.0, ear_flap=6.0, tail_sway=9.0),
            strided(HORSE_WALK, 0.82),
            replace(stepping_low(strided(GALLOP, 0.82), 0.8), carpus=58.0),
            Spring(6.0, 5.0),
        ),
    ),
    "cow": Subject(
        1.0,
        cow.cow,
        four_legged(
            cow.COW.animal(),
            replace(HORSE_IDLE, tail_sway=9.0, ear_flap=8.0),
            replace(strided(HORSE_WALK, 0.92, 0.88, 0.85), tail_sway=6.0, nod=2.5, scapula=9.0),
            replace(strided(HORSE_TROT, 0.92, 0.80, 0.90), neck_down=5.0, carpus=70.0),
        ),
    ),
    "deer": Subject(
        1.0,
        deer.deer,
        galloping(
            deer.DEER.animal(),
            replace(HORSE_IDLE, gaze=12.0, neck_down=0.0, tail_sway=4.0, ear_flap=8.0),
            replace(strided(HORSE_WALK, 0.84), neck_down=6.0, nod=2.5),
            replace(stepping_low(strided(GALLOP, 0.84), 0.8), carpus=58.0),
            Spring(6.0, 6.0),
        ),
    ),
    "goat": Subject(
        1.0,
        caprines.goat,
        four_legged(
            caprines.GOAT.animal(),
            replace(strided(HORSE_IDLE, 0.5), gaze=12.0, neck_down=0.0, ear_flap=8.0),
            replace(strided(HORSE_WALK, 0.48, 0.95), neck_down=4.0),
            replace(stepping_low(strided(HORSE_TROT, 0.48, 0.92), 0.75), carpus=62.0, neck_down=0.0, tail_lift=0.0),
        ),
    ),
    "sheep": Subject(
        1.0,
        caprines.sheep,
        four_legged(
            caprines.SHEEP.animal(),
            replace(strided(HORSE_IDLE, 0.45), gaze=9.0, neck_down=2.0, tail_sway=2.0, ear_flap=8.0),
            replace(strided(HORSE_WALK, 0.44, 0.88), neck_down=5.0, scapula=8.0, tail_sway=2.0),
            replace(
                stepping_low(strided(HORSE_TROT, 0.44, 0.85), 0.75), carpus=58.0, neck_down=2.0, scapula=8.0, tail_lift=0.0, tail_sway=2.0
            ),
        ),
    ),
    "pig": Subject(
        1.0,
        pig.pig,
        four_legged(
            pig.PIG.animal(),
            replace(strided(HORSE_IDLE, 0.42), gaze=7.0, neck_down=6.0, ear_flap=6.0, nod=2.5),
            replace(strided(HORSE_WALK, 0.42, 0.85), neck_down=8.0, scapula=7.0, ear_flap=4.0, carpus=45.0),
            replace(strided(HORSE_TROT, 0.42, 0.80), neck_down=4.0, scapula=7.0, ear_flap=8.0, carpus=60.0, tail_lift=0.0),
        ),
    ),
    "camel": Subject(
        1.0,
        camel.camel,
        striding_pace(
            camel.CAMEL.animal(),
            replace(HORSE_IDLE, gaze=8.0, neck_down=3.0),
            replace(strided(HORSE_WALK, 1.15), neck_down=4.0, nod=4.0, landing=(0.0, 0.12, 0.5, 0.62)),
            replace(
                strided(HORSE_TROT, 1.15, 0.9),
                neck_down=-2.0,
                carpus=60.0,
                roll=3.0,
                sway_m=0.02,
                tail_lift=6.0,
                landing=(0.0, 0.04, 0.5, 0.54),
            ),
        ),
    ),
    "giraffe": Subject(
        1.0,
        giraffe.giraffe,
        galloping(
            giraffe.GIRAFFE.animal(),
            replace(HORSE_IDLE, gaze=7.0, neck_down=3.0, ear_flap=10.0),
            replace(strided(HORSE_WALK, 1.75, 0.85), neck_down=5.0, nod=4.0, carpus=40.0, scapula=8.0, landing=(0.0, 0.12, 0.5, 0.62)),
            replace(
                stepping_low(strided(GALLOP, 1.75, 0.60), 0.65),
                cycle_s=0.70,
                speed_range_mps=(3.5, 9.0),
                neck_down=6.0,
                nod=7.0,
                carpus=50.0,
            ),
            Spring(4.0, 3.0),
        ),
    ),
    "elephant": Subject(
        1.0,
        elephant.elephant,
        ambling(
            elephant.ELEPHANT.animal(),
            replace(HORSE_IDLE, cycle_s=5.5, gaze=4.0, neck_down=2.0, head_down=2.0, ear_flap=16.0, trunk_sway=5.0, trunk_curl=-4.0),
            1.55,
        ),
    ),
    "goose": Subject(1.0, goose.goose, bird_gaits(goose.GOOSE, goose.IDLE, goose.WALK, goose.RUN)),
    "ostrich": Subject(1.0, ostrich.ostrich, bird_gaits(ostrich.OSTRICH, ostrich.IDLE, ostrich.WALK, ostrich.RUN)),
}
