"""Each command of the plugin that has a meaning here does what it says; what has none answers an error."""

import itertools
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import unrealcv
from wire import array, ask, numbers, picture

from hmworld.embedded.commands import HANDLERS, SERVER_COMMANDS
from hmworld.protocol.grammar import COMMANDS_5_2

DOCS = Path(__file__).parents[2] / "docs" / "engine.md"


@pytest.fixture
def fresh(client: unrealcv.Client) -> Iterator[unrealcv.Client]:
    """A level just opened, a small camera."""
    assert ask(client, "vset /action/game/level city_street") == "ok"
    assert ask(client, "vset /camera/0/size 160 96") == "ok"
    return client


def place(client: unrealcv.Client, camera: int, location: str, rotation: str = "0 0 0") -> None:
    assert ask(client, f"vset /camera/{camera}/location {location}") == "ok"
    assert ask(client, f"vset /camera/{camera}/rotation {rotation}") == "ok"


def test_every_template_is_documented_and_every_documented_one_exists() -> None:
    listed = [line.split("`")[1] for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `v")]
    assert len(set(listed)) == len(listed)

    def shortened(template: str) -> str:
        for verb in ("vrun", "vexec", "vbp"):
            if template.startswith(verb):
                return verb
        return template

    documented = {
        template if template.split(" ")[0] in ("vget", "vset", "vbatch", "vcmd") else template.split(" ")[0] for template in listed
    }
    assert documented == {shortened(template) for template in [*HANDLERS, *SERVER_COMMANDS]}


def test_every_run_time_command_of_5_2_is_answered_by_a_handler_of_ours() -> None:
    assert not set(COMMANDS_5_2) - set(HANDLERS) - set(SERVER_COMMANDS)


def test_help_alternates_templates_and_what_they_do(client: unrealcv.Client) -> None:
    lines = str(ask(client, "vget /unrealcv/help")).split("\n")
    assert lines[::2] == str(ask(client, "vget /unrealcv/commands")).split("\n")
    assert all(len(text) > 3 and not text.startswith("v") for text in lines[1::2])


def test_a_game_starts_on_a_stage_of_its_level_and_a_level_drops_what_was_spawned(fresh: unrealcv.Client) -> None:
    assert ask(fresh, "vget /scene/name") == ask(fresh, "vget /level/name") == ask(fresh, "vget /persistent_level/id") == "city_street"
    ask(fresh, "vset /cameras/spawn")
    ask(fresh, "vset /objects/spawn labrador rex")
    assert picture(ask(fresh, "vget /camera/0/lit png"))[..., :3].std() > 10
    assert ask(fresh, "vset /action/game/level mountain_meadow") == "ok"
    assert ask(fresh, "vget /level/name") == "mountain_meadow"
    assert ask(fresh, "vget /objects") == ""
    assert len(str(ask(fresh, "vget /cameras")).split()) == 1
    assert str(ask(fresh, "vset /action/game/level nowhere")).startswith("error No scene 'nowhere' here")
    assert ask(fresh, "vget /level/name") == "mountain_meadow"


def test_pose_is_location_and_rotation(fresh: unrealcv.Client) -> None:
    assert ask(fresh, "vset /camera/0/pose 10.5 -20 300 -5 90.25 1") == "ok"
    assert ask(fresh, "vget /camera/0/location") == ask(fresh, "vget /actor/location") == "10.500 -20.000 300.000"
    assert ask(fresh, "vget /camera/0/rotation") == ask(fresh, "vget /actor/rotation") == "-5.000 90.250 1.000"
    assert ask(fresh, "vget /camera/0/pose") == "10.500 -20.000 300.000 -5.000 90.250 1.000"
    assert ask(fresh, "vset /camera/0/location -0 -0.0001 0") == "ok"
    assert "-0.000" not in str(ask(fresh, "vget /camera/0/location")).split()[0]


def test_a_field_of_view_has_two_names(fresh: unrealcv.Client) -> None:
    assert ask(fresh, "vset /camera/0/horizontal_fieldofview 60.5") == "ok"
    assert ask(fresh, "vget /camera/0/fov") == ask(fresh, "vget /camera/0/horizontal_fieldofview") == "60.500000"
    assert str(ask(fresh, "vset /camera/0/fov 180")).startswith("error Argument Invalid")
    assert str(ask(fresh, "vset /camera/0/size 0 5")).startswith("error Argument Invalid")
    assert str(ask(fresh, "vset /camera/0/size 5000 5")).startswith("error Argument Invalid")


def test_the_projection_matrix_maps_camera_axes_to_the_picture(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /camera/0/fov 60")
    matrix = np.array(numbers(ask(fresh, "vget /camera/0/proj_matrix"))).reshape(4, 4)
    # Unreal's view axes: x right, y up, z forward; a point at the right edge of the picture, 50 cm high.
    point = np.array([500 * np.tan(np.deg2rad(30.0)), 50.0, 500.0, 1.0]) @ matrix
    assert point[:3] / point[3] == pytest.approx([1.0, 0.1 / np.tan(np.deg2rad(30.0)) * 160 / 96, 10.0 / 500.0], abs=1e-5)


def test_moving_a_camera_stops_before_the_first_surface(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /objects/spawn_cube wall")
    ask(fresh, "vset /object/wall/scale 1 20 20")
    ask(fresh, "vset /object/wall/location 300 0 0")
    place(fresh, 0, "0 0 160")
    assert ask(fresh, "vset /camera/0/moveto 200 10 160") == "ok"
    assert ask(fresh, "vget /camera/0/location") == "200.000 10.000 160.000"
    assert ask(fresh, "vset /camera/0/moveto 900 10 160") == "ok"
    assert ask(fresh, "vget /camera/0/location") == "230.000 10.000 160.000"
    assert ask(fresh, "vset /camera/0/moveto 900 10 160") == "ok"
    assert ask(fresh, "vget /camera/0/location") == "230.000 10.000 160.000"
    ask(fresh, "vset /object/wall/hide")
    assert ask(fresh, "vset /camera/0/moveto 400 10 160") == "ok"
    assert ask(fresh, "vget /camera/0/location") == "400.000 10.000 160.000"
    ask(fresh, "vset /camera/0/moveto 400 10 -500")
    assert 0 < numbers(ask(fresh, "vget /camera/0/location"))[2] < 60, "the ground is in the way"


def test_destroying_a_camera_shifts_the_indices_after_it(fresh: unrealcv.Client) -> None:
    first, second = ask(fresh, "vset /cameras/spawn"), ask(fresh, "vset /cameras/spawn")
    ask(fresh, "vset /camera/2/location 7 8 9")
    assert ask(fresh, f"vget /object/{second}/location") == "7.000 8.000 9.000"
    assert ask(fresh, f"vget /object/{second}/uclass_name") == "FusionCameraActor"
    assert ask(fresh, f"vset /object/{first}/destroy") == "ok"
    assert ask(fresh, "vget /cameras") == f"PlayerPawn {second}"
    assert ask(fresh, "vget /camera/1/location") == "7.000 8.000 9.000"
    assert ask(fresh, "vget /camera/2/location") == "error Invalid sensor id"
    assert str(ask(fresh, "vset /object/PlayerPawn/destroy")).startswith("error The player's camera")
    third = ask(fresh, "vset /cameras/spawn")
    assert third not in (first, second)


def test_camera_one_is_the_right_eye_once_the_eyes_have_a_distance(fresh: unrealcv.Client) -> None:
    place(fresh, 0, "100 200 160", "0 90 0")
    for distance in (20, 60.5):
        assert ask(fresh, f"vset /action/eyes_distance {distance}") == "ok"
        # Looking along +Y, right is -X.
        assert numbers(ask(fresh, "vget /camera/1/location")) == pytest.approx([100 - distance, 200, 160])
        assert ask(fresh, "vget /camera/1/rotation") == ask(fresh, "vget /camera/0/rotation")
    left, right = picture(ask(fresh, "vget /camera/0/lit png")), picture(ask(fresh, "vget /camera/1/lit png"))
    assert left.shape == right.shape
    assert (left != right).any()
    assert str(ask(fresh, "vset /camera/1/location 0 0 0")).startswith("error camera 1 is the right eye")
    ask(fresh, "vset /action/game/level city_street")
    ask(fresh, "vset /cameras/spawn")
    assert "set eyes_distance before spawning" in str(ask(fresh, "vset /action/eyes_distance 6"))


def test_a_subject_spawns_idle_at_the_origin_in_a_colour_of_its_own(fresh: unrealcv.Client) -> None:
    place(fresh, 0, "-300 0 100")
    assert ask(fresh, "vset /objects/spawn labrador rex") == "rex"
    assert ask(fresh, "vget /object/rex/location") == "0.000 0.000 0.000"
    assert ask(fresh, "vget /object/rex/rotation") == "0.000 0.000 0.000"
    assert ask(fresh, "vget /object/rex/scale") == "1.000 1.000 1.000"
    assert ask(fresh, "vget /object/rex/mobility") == "Movable"
    assert ask(fresh, "vget /object/rex/uclass_name") == "labrador"
    unnamed = ask(fresh, "vset /objects/spawn labrador_C")
    assert ask(fresh, "vget /objects") == f"rex {unnamed}"
    assert ask(fresh, "vset /objects/spawn_bp_asset /Game/Dogs/labrador.labrador_C fido") == "fido"
    assert ask(fresh, "vset /objects/spawn labrador rex") == "error Failed to spawn rex, object exists."
    assert ask(fresh, "vset /objects/spawn unicorn u") == "error Can not find a class with name 'unicorn'"
    assert str(ask(fresh, "vset /objects/spawn labrador ../x")).startswith("error Argument Invalid")
    colours = {ask(fresh, f"vget /object/{name}/color") for name in ("rex", unnamed, "fido")}
    assert len(colours) == 3
    assert "(R=0,G=0,B=0,A=255)" not in colours
    ask(fresh, f"vset /object/{unnamed}/location 0 150 0")
    ask(fresh, "vset /object/fido/location 0 -150 0")
    shown = {tuple(c) for c in picture(ask(fresh, "vget /camera/0/seg png"))[..., 2::-1].reshape(-1, 3).tolist()}
    assert {f"(R={r},G={g},B={b},A=255)" for r, g, b in shown - {(0, 0, 0)}} == colours


def test_a_destroyed_objects_colour_is_not_given_to_a_second_one(fresh: unrealcv.Client) -> None:
    for name in ("a", "b"):
        ask(fresh, f"vset /objects/spawn_cube {name}")
    ask(fresh, "vset /object/a/destroy")
    ask(fresh, "vset /objects/spawn_cube c")
    assert ask(fresh, "vget /object/b/color") != ask(fresh, "vget /object/c/color")
    assert ask(fresh, "vget /object/a/color") == "error Can not find object"


def test_the_cube_is_a_metre_and_its_bounds_and_vertices_say_so(fresh: unrealcv.Client) -> None:
    assert ask(fresh, "vset /objects/spawn_cube box") == "ok"
    assert ask(fresh, "vget /object/box/uclass_name") == "CubeActor"
    assert ask(fresh, "vget /object/box/bounds") == "-50.00 -50.00 -50.00 50.00 50.00 50.00"
    ask(fresh, "vset /object/box/scale 2 1 0.5")
    ask(fresh, "vset /object/box/location 100 0 10")
    ask(fresh, "vset /object/box/rotation 0 90 0")
    assert ask(fresh, "vget /object/box/scale") == "2.000 1.000 0.500"
    assert ask(fresh, "vget /object/box/bounds") == "50.00 -100.00 -15.00 150.00 100.00 35.00"
    text = str(ask(fresh, "vget /object/box/vertex_location"))
    assert text.endswith("\n")
    rows = [line.split("     ") for line in text[:-1].split("\n")]
    assert len(rows) == 24
    assert {abs(float(x)) for row in rows for x in row} == {50.0}
    assert all(len(x.split(".")[1]) == 5 for row in rows for x in row)
    assert str(ask(fresh, "vset /object/box/scale 0 1 1")).startswith("error Argument Invalid")
    ask(fresh, "vset /camera/0/fov 90")
    place(fresh, 0, "-200 0 30")
    depth = array(ask(fresh, "vget /camera/0/depth npy"))
    assert depth[48, 80] == pytest.approx(250.0, abs=0.01), "its near face is at x = 50 cm"


def test_a_box_of_the_director_is_where_and_as_large_as_it_was_asked_for(fresh: unrealcv.Client) -> None:
    assert json.loads(ask(fresh, "vbp HMDirector SpawnBox b 200,-30,140,0,90,0,100,40,20")) == {"object": "b"}
    assert ask(fresh, "vget /object/b/bounds") == "180.00 -80.00 130.00 220.00 20.00 150.00"
    ask(fresh, "vset /object/b/rotation 0 0 0")
    ask(fresh, "vset /object/b/location 0 0 0")
    assert ask(fresh, "vget /object/b/bounds") == "-50.00 -20.00 -10.00 50.00 20.00 10.00"
    assert "error" in ask(fresh, "vbp HMDirector SetSubjects 0,0,0,0,0,0,0,0,0"), "a box is no subject"
    for wrong in ("b 0,0,0,0,0,0,1,1,1", "c 0,0,0,0,0,0,1,1", "c 0,0,0,0,0,0,1,1,0.5", "c 0,0,0,0,0,0,1,1,1000000"):
        assert "error" in ask(fresh, f"vbp HMDirector SpawnBox {wrong}")
    assert json.loads(ask(fresh, "vbp HMDirector ClearSubjects")) == {"cleared": "1"}
    assert ask(fresh, "vget /objects") == ""


def test_bounds_of_a_posed_body_hold_its_joints_and_follow_its_turns(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /objects/spawn horse h")
    before = np.array(numbers(ask(fresh, "vget /object/h/bounds"))).reshape(2, 3)
    ask(fresh, "vset /object/h/rotation 0 180 0")
    turned = np.array(numbers(ask(fresh, "vget /object/h/bounds"))).reshape(2, 3)
    np.testing.assert_allclose(
        turned, [[-before[1, 0], -before[1, 1], before[0, 2]], [-before[0, 0], -before[0, 1], before[1, 2]]], atol=0.011
    )
    bones = np.fromstring(json.loads(ask(fresh, "vbp HMDirector Bones h"))["bones"], sep=",").reshape(-1, 3)
    assert (bones > turned[0] - 15).all()
    assert (bones < turned[1] + 15).all()


def test_names_change_only_to_free_ones(fresh: unrealcv.Client) -> None:
    for name in ("a", "b"):
        ask(fresh, f"vset /objects/spawn_cube {name}")
    assert ask(fresh, "vset /object/a/name a") == "The name has already been set"
    assert ask(fresh, "vset /object/a/name b") == "error Renaming an object to overwrite an existing object is not allowed, b"
    assert ask(fresh, "vset /object/a/name c") == "ok"
    assert ask(fresh, "vget /objects") == "c b"


def test_a_normal_picture_shows_unreals_axes(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /objects/spawn_cube box")
    ask(fresh, "vset /object/box/location 300 0 100")
    for yaw, location, normal in ((0, "100 0 150", (-1, 0, 0)), (-90, "300 200 150", (0, 1, 0)), (90, "300 -200 150", (0, -1, 0))):
        place(fresh, 0, location, f"0 {yaw} 0")
        exact = array(ask(fresh, "vget /camera/0/normal npy"))
        assert exact.dtype == np.float32
        assert exact.shape == (96, 160, 3)
        assert tuple(exact[48, 80].round(5)) == normal
        eight = picture(ask(fresh, "vget /camera/0/normal png"))
        assert tuple(eight[48, 80]) == (*tuple(int(np.rint((n + 1) * 127.5)) for n in normal[::-1]), 255)
        bmp = ask(fresh, "vget /camera/0/normal bmp")
        assert (np.frombuffer(bytes(bmp)[-160 * 96 * 4 :], np.uint8).reshape(96, 160, 4) == eight).all()
    ask(fresh, "vset /camera/0/fov 40")
    place(fresh, 0, "0 0 5000", "80 0 0")
    assert not array(ask(fresh, "vget /camera/0/normal npy")).any(), "the sky has no normal"


def test_optical_flow_is_of_the_time_since_the_last_tick(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /objects/spawn_cube box")
    ask(fresh, "vset /object/box/location 300 0 100")
    place(fresh, 0, "0 0 150")
    ask(fresh, "vset /camera/0/fov 90")
    assert np.abs(array(ask(fresh, "vget /camera/0/optical_flow npy"))).max() < 1e-9, "nothing has moved yet"
    assert ask(fresh, "vset /action/tick") == "ok"
    ask(fresh, "vset /object/box/location 300 10 105")
    flow = array(ask(fresh, "vget /camera/0/optical_flow npy"))
    assert flow.dtype == np.float32
    # 80 px focal length, the face 250 cm away: 10 cm to the right, 5 cm up.
    np.testing.assert_allclose(flow[48, 80], [80 * 10 / 250, -80 * 5 / 250], atol=1e-4)
    assert np.abs(flow[90, 5]).max() < 1e-9, "the ground stands still"
    colour = picture(ask(fresh, "vget /camera/0/optical_flow png"))
    assert tuple(colour[90, 5]) == (255, 255, 255, 255)
    assert colour[48, 80, 2] == 255, "to the right and up is a red"
    assert (colour[48, 80, :2] < 255).all()
    assert json.loads(ask(fresh, "vbp HMDirector Step 0.04"))
    assert np.abs(array(ask(fresh, "vget /camera/0/optical_flow npy"))).max() < 1e-9


def test_a_tick_plays_animations_at_the_speed_of_the_console(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /objects/spawn horse h")

    def head() -> str:
        return json.loads(ask(fresh, "vbp HMDirector Bones h"))["bones"]

    rest = head()
    assert ask(fresh, "vset /action/set_fixed_frame_rate 10") == "ok"
    assert ask(fresh, "vset /action/tick") == "ok"
    tenth = head()
    assert tenth != rest
    ask(fresh, "vset /object/h/destroy")
    ask(fresh, "vset /objects/spawn horse h")
    assert head() == rest
    assert ask(fresh, "vrun t.maxFPS 20") == "ok"
    assert ask(fresh, "vrun slomo 0.5") == "ok"
    for _ in range(4):
        ask(fresh, "vset /action/tick")
    assert head() == tenth
    assert ask(fresh, "vset /action/tick_intervel 0.1") == "ok"
    ask(fresh, "vrun slomo 1")
    assert str(ask(fresh, "vrun slomo 0")).startswith("error Argument Invalid")
    assert str(ask(fresh, "vrun t.maxFPS 0")).startswith("error Argument Invalid")


def test_pausing_is_told_back(fresh: unrealcv.Client) -> None:
    assert ask(fresh, "vset /action/game/pause") == "ok"
    assert ask(fresh, "vget /action/game/is_paused") == "true"
    assert ask(fresh, "vset /action/game/resume") == "ok"
    assert ask(fresh, "vget /action/game/is_paused") == "false"


def test_screenshots_show_the_window_in_its_viewmode(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /objects/spawn_cube box")
    ask(fresh, "vset /object/box/location 0 0 50")
    place(fresh, 0, "-200 0 60")
    assert ask(fresh, "vrun setres 200x100w") == "ok"
    assert ask(fresh, "vget /viewmode") == "lit"
    assert picture(ask(fresh, "vget /screenshot png")).shape == (100, 200, 4)
    ask(fresh, "vset /camera/0/size 200 100")
    for mode, command in (("lit", "lit"), ("normal", "normal"), ("object_mask", "object_mask"), ("optical_flow", "optical_flow")):
        assert ask(fresh, f"vset /viewmode {mode}") == "ok"
        assert ask(fresh, "vget /viewmode") == mode
        assert (picture(ask(fresh, "vget /screenshot png")) == picture(ask(fresh, f"vget /camera/0/{command} png"))).all()
    assert ask(fresh, "vset /viewmode depth") == "ok"
    grey = picture(ask(fresh, "vget /screenshot png"))
    assert tuple(grey[50, 100, :3]) == (int(np.rint(1.5 * 2.55)),) * 3
    assert ask(fresh, "vset /viewmode wireframe") == "error Can not set ViewMode to wireframe"
    assert str(ask(fresh, "vrun setres 0x10")).startswith("error Argument Invalid")


def test_exposure_bias_makes_one_camera_brighter(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /cameras/spawn")
    ask(fresh, "vset /camera/1/size 160 96")
    place(fresh, 0, "0 0 160")
    place(fresh, 1, "0 0 160")
    plain = picture(ask(fresh, "vget /camera/0/lit png"))
    assert (plain == picture(ask(fresh, "vget /camera/1/lit png"))).all()
    assert ask(fresh, "vset /camera/1/exposure_bias 1") == "ok"
    assert picture(ask(fresh, "vget /camera/1/lit png"))[..., :3].mean() > plain[..., :3].mean() + 10
    assert (plain == picture(ask(fresh, "vget /camera/0/lit png"))).all()
    assert ask(fresh, "vset /camera/1/exposure_bias 0") == "ok"
    assert (plain == picture(ask(fresh, "vget /camera/1/lit png"))).all()
    assert str(ask(fresh, "vset /camera/1/exposure_bias 99")).startswith("error Argument Invalid")


@pytest.mark.parametrize(
    "option",
    ["lit_source ldr", "reflection none", "illumination none", "exposure_method manual", "physical_exposure 0", "motion_blur 0 0 0 0",
     "projection_type perspective"],
)  # fmt: skip
def test_an_option_set_to_what_is_the_case_is_ok(client: unrealcv.Client, option: str) -> None:
    assert ask(client, f"vset /camera/0/{option}") == "ok"
    assert ask(client, f"vset /camera/63/{option}") == "error Invalid sensor id"


@pytest.mark.parametrize(
    "command",
    ["vset /camera/0/lit_source base", "vset /camera/0/reflection lumen", "vset /camera/0/illumination Lumen",
     "vset /camera/0/exposure_method histogram", "vset /camera/0/physical_exposure 1", "vset /camera/0/motion_blur 0.5 5 1 30",
     "vset /camera/0/projection_type orthographic", "vset /camera/0/ortho_width 100", "vset /camera/0/auto_speed 1 1",
     "vset /camera/0/auto_brightness 1 1", "vset /camera/0/focal 100 100", "vset /action/input/enable", "vset /action/input/disable",
     "vset /action/keyboard W 0.1", "vget /camera/0/vis_depth npy", "vget /camera/0/lit_depth_normal npy", "vcmd stat",
     "vget /persistent_level/level_script_actor/id"],
)  # fmt: skip
def test_what_has_no_meaning_here_is_not_implemented(client: unrealcv.Client, command: str) -> None:
    assert ask(client, command) == "error Not Implemented"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("vrun sg.ShadowQuality 0", "error Unknown console command 'sg.ShadowQuality'"),
        ("vrun r.ScreenPercentage 50", "error Unknown console command 'r.ScreenPercentage'"),
        ("vrun setres", "error Argument Invalid"),
        ("vrun slomo 1 2", "error Argument Invalid"),
        ("vexec HMDirector Step 0.04", "ok"),
        ("vexec HMDirector Fly", "error HMDirector has no function 'Fly'"),
        ("vexec BP_Character set_speed 10", "error Can not find actor with id 'BP_Character'"),
        ("vbp BP_Character get_speed", "error Can not find actor with id 'BP_Character'"),
        ("vget /camera/0/lit ", "error Filename can not be empty"),
        ("vget /camera/0/lit exr", "error Invalid filename type, filename exr"),
        ("vget /camera/0/lit npy", "error Invalid filename type, filename npy"),
        ("vget /camera/0/depth png", "error Invalid filename type, filename png"),
        ("vget /camera/0/depth depth.exr", "error Invalid filename type, filename depth.exr"),
        ("vget /camera/9/lit png", "error Invalid sensor id"),
        ("vget /object/nobody/location", "error Can not find object"),
        ("vset /object/nobody/color 1 2 3", "error Can not find object"),
    ],
)
def test_console_calls_and_bad_arguments_answer_as_the_plugin(client: unrealcv.Client, command: str, answer: str) -> None:
    assert str(ask(client, command)).startswith(answer)


def test_plane_depth_is_in_metres(fresh: unrealcv.Client) -> None:
    place(fresh, 0, "0 0 160", "-10 0 0")
    metres, centimetres = array(ask(fresh, "vget /camera/0/plane_depth npy")), array(ask(fresh, "vget /camera/0/depth npy"))
    np.testing.assert_allclose(metres, centimetres / 100.0, rtol=1e-6)


def test_a_frame_is_drawn_anew_after_anything_it_shows_has_changed(fresh: unrealcv.Client) -> None:
    ask(fresh, "vset /objects/spawn_cube box")
    ask(fresh, "vset /object/box/location 0 0 50")
    place(fresh, 0, "-200 0 60")
    pictures = [bytes(ask(fresh, "vget /camera/0/lit bmp"))]
    for change in (
        "vset /object/box/location 0 50 0",
        "vset /object/box/rotation 0 30 0",
        "vset /object/box/scale 1 1 2",
        "vset /camera/0/rotation 0 5 0",
        "vset /camera/0/location -200 5 60",
        "vset /camera/0/fov 70",
        "vset /camera/0/exposure_bias -1",
        "vset /object/box/hide",
        "vset /object/box/show",
        "vset /object/box/destroy",
    ):
        assert ask(fresh, change) == "ok"
        pictures.append(bytes(ask(fresh, "vget /camera/0/lit bmp")))
    assert all(a != b for a, b in itertools.pairwise(pictures))
    assert struct.unpack_from("<ii", pictures[0], 18) == (160, -96)
