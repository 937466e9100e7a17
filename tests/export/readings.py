"""Readers of other projects' layouts, written anew from what those projects document of theirs: order, signs, units, files asked for.

None of them uses anything of hmworld, so that an error of the exporter cannot hide in both.
"""

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree

import cv2
import numpy as np


def invert(poses):
    return np.linalg.inv(np.asarray(poses, np.float64))


def relative(poses, reference=0):
    return invert(poses[reference]) @ np.asarray(poses)


def video_frames(path):
    """Frames (T, H, W, 3) RGB by OpenCV, and the rate the file states."""
    capture = cv2.VideoCapture(str(path))
    frames, rate = [], capture.get(cv2.CAP_PROP_FPS)
    while True:
        there, frame = capture.read()
        if not there:
            return np.stack(frames)[..., ::-1], rate
        frames.append(frame)


def opencv_from_unreal(matrices):
    """Unreal's columns forward, right, up, position in cm -> right, down, forward, position in m; the world's axes are left as they are."""
    m = np.asarray(matrices, np.float64)
    out = np.zeros_like(m)
    out[:, :, 0], out[:, :, 1], out[:, :, 2], out[:, :, 3] = m[:, :, 1], m[:, :, 2], m[:, :, 0], m[:, :, 3]
    out[:, :3, 1] = -out[:, :3, 1]
    out[:, :3, 3] = out[:, :3, 3] / 100.0
    return out


def hydra_vectors(folder):
    """HyDRA: every fourth of 77 poses of each half, relative to the first target pose: (20, 12) twice."""
    document = json.loads((folder / "camera.json").read_text())
    poses = {half: opencv_from_unreal([document[half][str(k)] for k in range(77)]) for half in ("cond_cam", "tgt_cam")}
    first = invert(poses["tgt_cam"][0])
    return tuple((first @ poses[half][::4])[:, :3, :4].reshape(-1, 12) for half in ("cond_cam", "tgt_cam"))


def red_boxes(path):
    """HyDRA's evaluation: one box a frame round all red (hue 0-10 or 160-180, saturation and value from 100), None where nothing is."""
    boxes = []
    for frame in video_frames(path)[0]:
        hsv = cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2HSV)
        red = cv2.inRange(hsv, (0, 100, 100), (10, 255, 255)) | cv2.inRange(hsv, (160, 100, 100), (180, 255, 255))
        rows, columns = np.nonzero(red)
        boxes.append((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) if len(rows) else None)
    return boxes


def column_matrix(text):
    """MultiCamVideo's string: groups are columns."""
    return np.array([[float(x) for x in group.split()] for group in re.findall(r"\[(.*?)\]", text)]).T


def recammaster(root):
    """ReCamMaster: of metadata.csv, the video under train/, its text and its 21 poses of 81 frames, relative to its own first."""
    with (root / "metadata.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            video = root / "train" / row["file_name"]
            camera = re.search(r"cam(\d+)", row["file_name"]).group(1)
            document = json.loads((video.parent.parent / "cameras" / "camera_extrinsics.json").read_text())
            raw = np.stack([column_matrix(document[f"frame{k}"][f"cam{camera}"]) for k in range(0, 81, 4)])
            yield video, row["text"], raw, relative(opencv_from_unreal(raw))[:, :3].reshape(-1, 12)


def camera_ctrl(root, split):
    """CameraCtrl: annotations; per frame lens in shares of the picture, and world-to-camera."""
    for entry in json.loads((root / "annotations" / f"{split}.json").read_text()):
        lines = (root / entry["pose_file"]).read_text().splitlines()[1:]
        numbers = np.array([[float(x) for x in line.strip().split(" ")] for line in lines])
        w2c = np.tile(np.eye(4), (len(numbers), 1, 1))
        w2c[:, :3] = numbers[:, 7:].reshape(-1, 3, 4)
        yield entry, numbers[:, 0], numbers[:, 1:5], w2c


def worldplay(root, split, latents):
    """HY-WorldPlay: for each latent the w2c of its frame, re-based to the first, and the lens in shares of the picture."""
    for entry in json.loads((root / f"{split}.json").read_text()):
        assert entry["latent_path"].endswith(".pt")
        document = json.loads((root / entry["pose_path"]).read_text())
        keys = list(document)
        chosen = [keys[0], *(keys[4 * k] for k in range(1, latents))]
        c2w = invert([document[key]["w2c"] for key in chosen])
        lens = np.array([document[key]["intrinsic"] for key in chosen])
        shares = np.stack([lens[:, 0, 0] / (2 * lens[:, 0, 2]), lens[:, 1, 1] / (2 * lens[:, 1, 2])], 1)
        yield entry, invert(relative(c2w)), shares


def echo_memory(root):
    """Echo-Memory: segments of metadata_full.csv with their pictures, poses that only yaw relative to the segment's first, and overlaps."""
    with (root / "metadata_full.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            first, last = int(row["start_frame"]), int(row["end_frame"])
            head, *rest = row["video"].split("|")
            pictures = [root / head, *(root / "frames" / name for name in rest)]
            poses = json.loads((root / "jsons" / f"{row['video_name']}.json").read_text())["CineCameraActor"]
            yawed = []
            for k in range(first, last + 1):
                (x, y, z), (_, _, yaw) = poses[str(k)]["position"], np.deg2rad(poses[str(k)]["rotation"])
                pose = np.eye(4)
                pose[:2, :2] = [[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]]
                pose[:3, 3] = 0.01 * x, 0.01 * y, 0.01 * z
                yawed.append(pose)
            steps = relative(np.stack(yawed))
            label = json.loads((root / "overlap_labels" / row["video_name"] / f"{first}.json").read_text())
            overlaps = [int(k) for k in label["overlapping_frames"] if k.isdigit()]
            yield row, pictures, np.concatenate([steps[:, :3, 3], steps[:, :3, :3].reshape(-1, 9)], 1), overlaps


def sheet_rows(path):
    """Rows of the first sheet of a workbook, as dictionaries by its first row."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as archive:
        sheet = ElementTree.parse(io.BytesIO(archive.read("xl/worksheets/sheet1.xml")))
    rows = []
    for row in sheet.iterfind(".//m:row", space):
        rows.append([cell.findtext(".//m:t", None, space) or cell.findtext("m:v", None, space) for cell in row.iterfind("m:c", space)])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def memobench(root):
    """MemoBench: of the workbook, each clip's frames, depth, poses, lens, and the frames in which its subject leaves and comes back."""
    base = root / "data" / "Synthetic_processed"
    with (root / "data" / "sam3_metadata" / "synthetic_metadata.csv").open(newline="") as file:
        subjects = {f"{row['scene']}_{int(row['video_id']):03d}": row for row in csv.DictReader(file)}
    for row in sheet_rows(base / "Synthetic_ExitReenter.xlsx"):
        scene, number = re.fullmatch(r"(.+)_(\d+)", row["video_folder"]).groups()
        folder, n = base / scene / row["video_folder"], int(number)
        pictures = sorted(p for p in (folder / f"RGB{n}").iterdir() if p.suffix in (".jpg", ".png"))
        depths = sorted((folder / f"Depth{n}").iterdir())
        poses, lens = (np.load(folder / str(n) / f"{name}.npy") for name in ("poses", "intrinsics"))
        yield row, subjects[row["video_folder"]], pictures, depths, poses, lens, (int(row["exits"]), int(row["re-enter"]))


def nerfstudio(folder):
    """nerfstudio: rays of a pixel in OpenGL axes, depth in mm by default, masks that are 0 where a pixel is to be left out."""
    document = json.loads((folder / "transforms.json").read_text())
    k = np.array([[document["fl_x"], 0, document["cx"]], [0, document["fl_y"], document["cy"]], [0, 0, 1]])
    for frame in document["frames"]:
        image = cv2.imread(str(folder / frame["file_path"]))[..., ::-1]
        depth = cv2.imread(str(folder / frame["depth_file_path"]), cv2.IMREAD_ANYDEPTH) * 1e-3
        mask = cv2.imread(str(folder / frame["mask_path"]), cv2.IMREAD_GRAYSCALE)
        yield image, depth, mask, k, np.array(frame["transform_matrix"])


def coco_mask(segmentation):
    """An uncompressed COCO run-length code: runs of 0 and 1 in turn, down the columns."""
    height, width = segmentation["size"]
    flat, value = np.zeros(height * width, bool), False
    at = 0
    for length in segmentation["counts"]:
        flat[at : at + length] = value
        at, value = at + length, not value
    assert at == height * width
    return flat.reshape(width, height).T
