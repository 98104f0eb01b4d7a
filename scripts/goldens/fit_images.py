"""A whole training run of a network of maps: its first weights, twenty steps on all rows, the losses and last weights."""
import torch
import torch.nn.functional as F

from .common import generator, normal, number, rounded, tensor, tensors
from .networks import conv, norm, norm_shapes
from .optim import make

about = {
    "made by": "npm run golden (PyTorch, float64, rounded to 7 digits; inputs are exact as float32)",
    "run": "losses[t] before step t; every step sees all rows; initial and final are the parameters by our names; "
    "running statistics start at 0 and 1",
}

steps = 20
rows = 12
row = (2, 8, 6)

layers = [
    conv("conv2d", 4, 3, padding="same", activation="silu"),
    {"kind": "max-pool", "kernel": [2, 3], "stride": 2, "padding": [0, 1]},
    {
        "kind": "residual",
        "layers": [
            conv("conv2d", 6, 3, stride=2, padding=1, bias=False),
            {"kind": "batch-norm"},
            {"kind": "activation", "activation": "tanh"},
            conv("conv2d", 6, 3, padding=1, groups=2),
        ],
        "shortcut": [{"kind": "average-pool", "kernel": 2, "padding": "same"}, conv("conv2d", 6, 1, bias=False)],
        "activation": "silu",
    },
    conv("conv-transpose2d", 3, 2, stride=2, bias=False),
    {"kind": "batch-norm"},
    {"kind": "flatten"},
    {"kind": "dense", "units": 3},
]

shapes = {
    "conv2d1.weight": (4, 2, 3, 3),
    "conv2d1.bias": (4,),
    "residual1.conv2d1.weight": (6, 4, 3, 3),
    **norm_shapes("residual1.batch-norm1", 6),
    "residual1.conv2d2.weight": (6, 3, 3, 3),
    "residual1.conv2d2.bias": (6,),
    "residual1.shortcut.conv2d1.weight": (6, 4, 1, 1),
    "conv-transpose2d1.weight": (6, 3, 2, 2),
    **norm_shapes("batch-norm1", 3),
    "dense1.weight": (3 * 4 * 4, 3),
    "dense1.bias": (3,),
}


def forward(x, p):
    x = F.silu(F.conv2d(x, p["conv2d1.weight"], p["conv2d1.bias"], padding=1))
    x = F.max_pool2d(x, (2, 3), 2, (0, 1))
    y = F.conv2d(x, p["residual1.conv2d1.weight"], stride=2, padding=1)
    y = torch.tanh(norm(y, p, "residual1.batch-norm1", True))
    y = F.conv2d(y, p["residual1.conv2d2.weight"], p["residual1.conv2d2.bias"], padding=1, groups=2)
    # 4 × 3 becomes 2 × 2: the last column of windows holds one column and one of zeros, which do not count.
    around = F.avg_pool2d(F.pad(x, (0, 1)), 2) * torch.tensor([1.0, 2.0])
    x = F.silu(y + F.conv2d(around, p["residual1.shortcut.conv2d1.weight"]))
    x = F.conv_transpose2d(x, p["conv-transpose2d1.weight"], stride=2)
    x = norm(x, p, "batch-norm1", True).flatten(1)
    return x @ p["dense1.weight"] + p["dense1.bias"]


def start():
    rng = generator("fit images", "weights")
    initial = {}
    for name, shape in shapes.items():
        fan_in = max(1, torch.Size(shape[1:]).numel())
        if name.endswith("running_mean"):
            initial[name] = torch.zeros(shape)
        elif name.endswith("running_var") or "norm" in name and name.endswith("weight"):
            initial[name] = torch.ones(shape)
        else:
            initial[name] = rounded((0.1 if name.endswith("bias") else fan_in**-0.5) * normal(rng, *shape))
    return initial


def run(optimizer, options):
    rng = generator("fit images")
    x = normal(rng, rows, *row)
    target = torch.bucketize(x[:, 0, :4].mean((1, 2)) - x[:, 1, 4:].mean((1, 2)), torch.tensor([-0.1, 0.1]))
    initial = start()
    p = {name: value.clone().requires_grad_("running" not in name) for name, value in initial.items()}
    descent = make(optimizer, options, [value for value in p.values() if value.requires_grad])
    seen = []
    for _ in range(steps):
        descent.zero_grad()
        loss = F.cross_entropy(forward(x, p), target)
        loss.backward()
        descent.step()
        seen.append(number(loss.item()))
    return {
        "optimizer": optimizer,
        "options": options,
        "network": {"layers": layers, "head": False},
        "x": tensor(x),
        "target": tensor(target.reshape(rows, 1)),
        "initial": tensors(initial),
        "losses": seen,
        "final": tensors(p),
    }


def document():
    return {"about": about, "runs": [run("sgd", {"lr": 0.05}), run("adam", {"lr": 0.01})]}
