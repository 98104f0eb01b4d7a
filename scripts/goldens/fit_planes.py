"""A whole training run of convolutions that are wide enough for Winograd's products; numbers by a formula, only losses are kept."""
import torch
import torch.nn.functional as F

from .common import number
from .optim import make

about = {
    "made by": "npm run golden (PyTorch, float64)",
    "numbers": "spread[i] = float32(scale * (((i * 7919 + seed * 104729) % 1999) / 1999 - 0.5)), row-major",
    "x": "spread of [12, 2, 8, 8], seed 1, scale 4; target: i % 3",
    "network": "conv2d 16 3×3, conv2d 16 3×3, max-pool 2, conv2d 16 5×5, all of the same size with relu, dense 3; "
    "weights: spread with seed 2, 3, 4, 5 and scale (24 / fan-in)^0.5, [K, C, h, w] and [in, out]; biases 0",
    "losses": "cross-entropy before step t; every step sees all rows",
}

rows, steps = 12, 30
shapes = [(16, 2, 3, 3), (16, 16, 3, 3), (16, 16, 5, 5), (256, 3)]


def spread(shape, seed, scale):
    i = torch.arange(torch.Size(shape).numel())
    return (scale * (((i * 7919 + seed * 104729) % 1999) / 1999 - 0.5)).float().double().reshape(shape)


def start(shape, seed):
    fan_in = shape[0] if len(shape) == 2 else torch.Size(shape[1:]).numel()
    return spread(shape, seed, (24 / fan_in) ** 0.5)


def forward(x, p):
    x = F.relu(F.conv2d(x, p[0], p[4], padding=1))
    x = F.max_pool2d(F.relu(F.conv2d(x, p[1], p[5], padding=1)), 2)
    x = F.relu(F.conv2d(x, p[2], p[6], padding=2)).flatten(1)
    return x @ p[3] + p[7]


def run(optimizer, options):
    weights = [start(shape, 2 + i) for i, shape in enumerate(shapes)]
    p = [v.requires_grad_() for v in [*weights, *(torch.zeros(size) for size in (16, 16, 16, 3))]]
    x, target = spread((rows, 2, 8, 8), 1, 4), torch.arange(rows) % 3
    descent, seen = make(optimizer, options, p), []
    for _ in range(steps):
        descent.zero_grad()
        loss = F.cross_entropy(forward(x, p), target)
        loss.backward()
        descent.step()
        seen.append(number(loss.item()))
    return {"optimizer": optimizer, "options": options, "losses": seen}


def document():
    return {"about": about, "runs": [run("sgd", {"lr": 0.001}), run("adam", {"lr": 0.0003})]}
