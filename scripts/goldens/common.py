"""Numbers to and from JSON: drawn as float32, computed as float64, written with seven digits."""
import json
import math
import zlib

import torch

torch.set_default_dtype(torch.float64)


def generator(*key):
    """A random stream named by `key`, the same in every run."""
    return torch.Generator().manual_seed(zlib.crc32("/".join(map(str, key)).encode()))


def rounded(tensor, digits=4):
    """Values that a float32 reader of the decimal text holds exactly."""
    scale = 10**digits
    return torch.round(tensor * scale).div(scale).float().double()


def normal(rng, *shape):
    return rounded(torch.randn(shape, generator=rng))


def uniform(rng, low, high, *shape):
    return rounded(low + (high - low) * torch.rand(shape, generator=rng))


def number(value):
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if not math.isfinite(value):
        return {True: "NaN", False: "Infinity" if value > 0 else "-Infinity"}[math.isnan(value)]
    short = float(f"{value:.7g}")
    return int(short) if short == int(short) and abs(short) < 1e6 else short


names = {torch.float64: "float32", torch.int64: "int64", torch.int32: "int32", torch.bool: "bool"}


def tensor(value):
    """{shape, data}, with dtype where it is not float32."""
    if value is None:
        return None
    value = value.detach()
    out = {"shape": list(value.shape), "data": [number(v) for v in value.reshape(-1).tolist()]}
    dtype = names[value.dtype]
    return out if dtype == "float32" else {"dtype": dtype, **out}


def tensors(values):
    return {name: tensor(value) for name, value in values.items()}


def write(path, document):
    """One entry a line, so that a change of one number is a change of one line."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value)
            parts.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
