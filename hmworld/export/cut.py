"""A video cut in two at any frame, keeping the bits of every frame that can keep them.

Our videos have no B-frames and a key frame every `gop` frames, so the frames before a cut are a copy. Those after it begin with the rest
of a group of pictures whose key frame lies before the cut: these few are encoded anew, with the settings of the video they came from, and
the groups after them are copied. Where the parameter sets differ (another encoder made the video), all frames after the cut are encoded.
"""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from hmworld.dataset.encode import FrameWriter
from hmworld.errors import DatasetError
from hmworld.model.recipe import EncoderSettings


def write_head(video: bytes, frames: int, path: Path) -> None:
    """The first `frames` frames of a video, copied."""
    with av.open(io.BytesIO(video)) as source:
        stream = source.streams.video[0]
        _remux([stream], [_packets(source, stream)[:frames]], path)


def write_tail(video: bytes, first: int, path: Path, settings: EncoderSettings) -> int:
    """The frames of a video from frame `first` on; how many of them were encoded anew, the rest is copied."""
    with av.open(io.BytesIO(video)) as source:
        stream = source.streams.video[0]
        packets = _packets(source, stream)
        key = next((k for k in range(first, len(packets)) if packets[k].is_keyframe), len(packets))
        if key == first:
            _remux([stream], [packets[first:]], path)
            return 0
        rate = Fraction(stream.average_rate or 15)
        head = path.with_name(f".{path.name}.head")
        try:
            _encode(video, first, key, head, rate, settings)
            with av.open(str(head)) as begun:
                opening = begun.streams.video[0]
                if opening.codec_context.extradata == stream.codec_context.extradata:
                    _remux([opening, stream], [_packets(begun, opening), packets[key:]], path)
                    return key - first
        finally:
            head.unlink(missing_ok=True)
        _encode(video, first, len(packets), path, rate, settings)
        return len(packets) - first


def join(videos: Sequence[bytes], path: Path, settings: EncoderSettings) -> bool:
    """One video of several, one after the other; False if it had to be encoded anew, as their parameter sets differ."""
    sources = [av.open(io.BytesIO(video)) for video in videos]
    try:
        streams = [source.streams.video[0] for source in sources]
        shape = {(s.codec_context.name, s.codec_context.extradata, s.codec_context.width, s.codec_context.height) for s in streams}
        packets = [_packets(source, stream) for source, stream in zip(sources, streams, strict=True)]
        in_order = all(p.pts == p.dts for part in packets for p in part)
        if len(shape) == 1 and (in_order or len(videos) == 1) and all(part[0].is_keyframe for part in packets):
            _remux(streams, packets, path)
            return True
        sizes = {(s.codec_context.width, s.codec_context.height) for s in streams}
        if len(sizes) != 1:
            raise DatasetError(f"videos of one clip differ in size: {sorted(sizes)}")
        with FrameWriter(path, "rgb", sizes.pop(), round(Fraction(streams[0].average_rate or 15)), settings) as writer:
            for video in videos:
                for frame in _decoded(video):
                    writer.write(frame)
        return False
    finally:
        for source in sources:
            source.close()


def _packets(source: Any, stream: Any) -> list[Any]:
    return [packet for packet in source.demux(stream) if packet.size]


def _decoded(video: bytes) -> Iterator[Any]:
    with av.open(io.BytesIO(video), "r") as source:
        source.streams.video[0].codec_context.thread_count = 1
        for frame in source.decode(video=0):
            yield frame.to_ndarray(format="bgra")


def _encode(video: bytes, first: int, last: int, path: Path, rate: Fraction, settings: EncoderSettings) -> None:
    """Frames [first, last) encoded anew."""
    writer = None
    for number, frame in enumerate(_decoded(video)):
        if number >= last:
            break
        if number >= first:
            if writer is None:
                writer = FrameWriter(path, "rgb", (frame.shape[1], frame.shape[0]), round(rate), settings).__enter__()
            writer.write(np.ascontiguousarray(frame))
    if writer is None:
        raise DatasetError(f"a video has no frame {first}")
    writer.__exit__(None)


def _remux(streams: Sequence[Any], parts: Sequence[Sequence[Any]], path: Path) -> None:
    """Packets of several streams with equal parameters, one part after the other, as one MP4 at the first one's rate."""
    rate = Fraction(streams[0].average_rate or 15)
    # Each part is its own clock; all are put on one, in which a frame is a whole number of ticks.
    ticks = 1024
    base = Fraction(1, ticks) / rate
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact", "movflags": "+faststart"}) as sink:
        out = sink.add_stream_from_template(streams[0])
        out.time_base = base
        at = 0
        for stream, packets in zip(streams, parts, strict=True):
            begin = min((packet.pts for packet in packets), default=0)
            for packet in packets:
                shift = {name: round((getattr(packet, name) - begin) * stream.time_base * rate) * ticks for name in ("pts", "dts")}
                copy = av.Packet(bytes(packet))
                copy.pts, copy.dts, copy.duration = at + shift["pts"], at + shift["dts"], ticks
                copy.is_keyframe, copy.time_base, copy.stream = packet.is_keyframe, base, out
                sink.mux(copy)
            at += len(packets) * ticks
