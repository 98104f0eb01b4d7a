"""Whole training runs: a network, its first weights, fifty steps on all rows, the losses and last weights."""
import torch
import torch.nn.functional as F

from .common import generator, normal, number, rounded, tensor, tensors, uniform
from .optim import make

about = {
    "made by": "npm run golden (PyTorch, float64, rounded to 7 digits; inputs are exact as float32)",
    "run": "losses[t] before step t; every step sees all rows; initial and final are the parameters by our names, "
    "weights [in, out]; running statistics start at 0 and 1, momentum 0.1, eps 1e-5",
    "loss": "multiclass: cross-entropy; binary: on logits; regression: squared error; mean over the rows",
}

steps = 50
rows = 24
networks = [
    ("multiclass", [["dense", 8, "tanh"], ["dense", 6, "relu"], ["dense", 3, "linear"]]),
    ("binary", [["dense", 8, "gelu"], ["batch-norm"], ["dense", 5, "leaky-relu"], ["dense", 1, "linear"]]),
    ("regression", [["dense", 8, "silu"], ["layer-norm"], ["dense", 5, "elu"], ["dense", 1, "linear"]]),
]
optimizers = [("sgd", {"lr": 0.1}), ("adam", {"lr": 0.01})]

activations = {
    "linear": lambda z: z,
    "tanh": torch.tanh,
    "relu": F.relu,
    "gelu": F.gelu,
    "leaky-relu": lambda z: F.leaky_relu(z, 0.01),
    "silu": F.silu,
    "elu": F.elu,
}
losses = {
    "multiclass": F.cross_entropy,
    "binary": F.binary_cross_entropy_with_logits,
    "regression": F.mse_loss,
}


def data(task):
    rng = generator("fit", task)
    x = normal(rng, rows, 4)
    score = x[:, 0] - 0.5 * x[:, 1] ** 2 + 0.3 * torch.randn(rows, generator=rng)
    if task == "multiclass":
        return x, torch.bucketize(score, torch.tensor([-0.8, 0.2]))
    if task == "binary":
        return x, (score > -0.3).double().reshape(rows, 1)
    return x, rounded(score).reshape(rows, 1)


def named(layers):
    counts = {}
    for kind, *rest in layers:
        counts[kind] = counts.get(kind, 0) + 1
        yield f"{kind}{counts[kind]}", kind, rest


def start(task, layers):
    rng = generator("fit", task, "weights")
    width, parameters = 4, {}
    for name, kind, rest in named(layers):
        if kind == "dense":
            parameters[f"{name}.weight"] = rounded(normal(rng, width, rest[0]) / width**0.5)
            width = rest[0]
        else:
            parameters[f"{name}.weight"] = uniform(rng, 0.5, 1.5, width)
        parameters[f"{name}.bias"] = rounded(0.1 * normal(rng, width))
    return parameters


def forward(layers, x, p, running):
    for name, kind, rest in named(layers):
        w, b = p[f"{name}.weight"], p[f"{name}.bias"]
        if kind == "dense":
            x = activations[rest[1]](x @ w + b)
        elif kind == "layer-norm":
            x = F.layer_norm(x, w.shape, w, b, 1e-5)
        else:
            mean, var = running.setdefault(name, (torch.zeros(len(w)), torch.ones(len(w))))
            x = F.batch_norm(x, mean, var, w, b, True, 0.1, 1e-5)
    return x


def run(task, layers, optimizer, options):
    x, target = data(task)
    initial = start(task, layers)
    p = {name: value.clone().requires_grad_() for name, value in initial.items()}
    running, seen = {}, []
    descent = make(optimizer, options, list(p.values()))
    for _ in range(steps):
        descent.zero_grad()
        loss = losses[task](forward(layers, x, p, running), target)
        loss.backward()
        descent.step()
        seen.append(number(loss.item()))
    statistics = {f"{name}.running_{kind}": value for name, pair in running.items() for kind, value in zip(("mean", "var"), pair)}
    return {
        "task": task,
        "layers": layers,
        "optimizer": optimizer,
        "options": options,
        "x": tensor(x),
        "target": tensor(target.reshape(rows, 1)),
        "initial": tensors(initial),
        "losses": seen,
        "final": tensors({**p, **statistics}),
    }


def document():
    return {"about": about, "runs": [run(*network, *optimizer) for network in networks for optimizer in optimizers]}
