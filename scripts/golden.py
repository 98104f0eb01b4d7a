"""Writes test/golden/*.json with PyTorch: `npm run golden`, or `python3 scripts/golden.py layers optim`.

A new kind of golden is a module in scripts/goldens/ with document(), and its name in `documents`.
"""
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from goldens import common, fit, fit_images, fit_planes, layers, networks, ops, optim, series  # noqa: E402

documents = {
    "ops": ops.document,
    "layers": layers.document,
    "networks": networks.document,
    "optim": optim.document,
    "fit": fit.document,
    "fit-images": fit_images.document,
    "fit-planes": fit_planes.document,
    "series": series.document,
}

for name in sys.argv[1:] or documents:
    path = Path(__file__).parent.parent / "test" / "golden" / f"{name}.json"
    common.write(path, documents[name]())
    print(f"{path.name}: {path.stat().st_size} bytes")
