"""Frames: uint32 magic, uint32 length, payload; little-endian both ways (UnrealCV `Server/TcpServer.cpp`, branch 5.2)."""

import struct

MAGIC = 0x9E2B83C1
MAX_PAYLOAD = 256 * 1024 * 1024
"""The server refuses longer payloads, and empty ones."""

HEADER = struct.Struct("<II")


class FramingError(ValueError):
    """The peer does not speak the protocol; the connection is to be closed."""


def pack_frame(payload: bytes) -> bytes:
    """The payload with its header."""
    return HEADER.pack(MAGIC, len(payload)) + payload


def payload_length(header: bytes) -> int:
    """Length that a header of 8 bytes announces; FramingError if it is not a header or the length is refused."""
    magic, length = HEADER.unpack(header)
    if magic != MAGIC:
        raise FramingError(f"expected magic 0x{MAGIC:08X}, got 0x{magic:08X}")
    if not 0 < length <= MAX_PAYLOAD:
        raise FramingError(f"expected a length of 1 to {MAX_PAYLOAD}, got {length}")
    return int(length)
