/** arrays.py of a job folder. */
export const arraysPy = `"""Arrays in files: the safetensors format (8-byte length, JSON header, raw little-endian data)."""
import ctypes
import json
import mmap
import os

import torch

TYPES = {"F32": torch.float32, "F64": torch.float64, "I32": torch.int32, "U8": torch.uint8}


def read_arrays(path):
    """The arrays of a file by name, mapped into memory: what is not touched is not read."""
    with open(path, "rb") as file:
        body = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    size = int.from_bytes(body[:8], "little")
    header = json.loads(body[8:8 + size])
    header.pop("__metadata__", None)

    def array(dtype, shape, data_offsets):
        begin, end = data_offsets
        if begin == end:
            return torch.empty(shape, dtype=TYPES[dtype])
        count = (end - begin) // torch.empty(0, dtype=TYPES[dtype]).element_size()
        return torch.frombuffer(body, dtype=TYPES[dtype], offset=8 + size + begin, count=count).reshape(shape)

    return {name: array(**entry) for name, entry in header.items()}


def write_arrays(path, arrays):
    """Writes arrays as float32; who reads sees all of the file or none of it."""
    arrays = {name: array.detach().float().cpu().contiguous() for name, array in arrays.items()}
    header, end = {}, 0
    for name, array in arrays.items():
        begin, end = end, end + 4 * array.numel()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [begin, end]}
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(f"{path}.part", "wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for array in arrays.values():
            if array.numel() > 0:
                file.write((ctypes.c_char * (4 * array.numel())).from_address(array.data_ptr()))
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.part", path)
`;
