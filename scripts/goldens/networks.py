"""Layers of images, sequences and codes, alone and in one another: our specification beside PyTorch's functions."""
import torch
import torch.nn.functional as F

from .common import generator, normal, rounded, tensor, tensors, uniform

about = {
    "made by": "npm run golden (PyTorch, float64, rounded to 7 digits; inputs are exact as float32)",
    "entry": "name, network (layers as Hillock takes them), training, inputs (x and the parameters by their full names), "
    "outputs (y, and the new statistics after a training pass), dy (gradient fed to y), gradients",
    "same": "the paddings of `same` are written out by hand in scripts/goldens/networks.py",
}

batch = 2


def run(name, layers, row, parameters, f, training=False, x=None):
    """`parameters`: shape by full name; running statistics are those whose name says so."""
    rng = generator("networks", name)
    inputs = {"x": normal(rng, batch, *row) if x is None else x}
    for key, shape in parameters.items():
        if key.endswith("running_var"):
            inputs[key] = uniform(rng, 0.5, 2, *shape)
        else:
            inputs[key] = rounded(normal(rng, *shape) / 2) + (1 if "norm" in key and key.endswith("weight") else 0)
    leaves = {key: value.clone() for key, value in inputs.items()}
    for key, value in leaves.items():
        if "running" not in key and not (key == "x" and x is not None):
            value.requires_grad_()
    y = f(leaves["x"], leaves)
    dy = normal(generator("networks", name, "dy"), *y.shape)
    y.backward(dy)
    outputs = {"y": y}
    if training:
        outputs |= {key: value for key, value in leaves.items() if "running" in key}
    return {
        "name": name,
        "network": {"layers": layers},
        "training": training,
        "inputs": tensors(inputs),
        "outputs": tensors(outputs),
        "dy": tensor(dy),
        "gradients": {key: tensor(value.grad) for key, value in leaves.items() if value.grad is not None},
    }


def conv(kind, filters, kernel, **options):
    return {"kind": kind, "filters": filters, "kernel": kernel, **options}


def conv_entries():
    w, b = "conv2d1.weight", "conv2d1.bias"
    yield run(
        "conv2d, 5 x 4, kernel 3 x 2, relu",
        [conv("conv2d", 4, [3, 2], activation="relu")],
        (3, 5, 4),
        {w: (4, 3, 3, 2), b: (4,)},
        lambda x, p: F.relu(F.conv2d(x, p[w], p[b])),
    )
    yield run(
        "conv2d, stride 2, padding 1, no bias",
        [conv("conv2d", 2, 3, stride=2, padding=1, bias=False)],
        (2, 7, 6),
        {w: (2, 2, 3, 3)},
        lambda x, p: F.conv2d(x, p[w], stride=2, padding=1),
    )
    yield run(
        "conv2d, dilation 2 x 1, stride 1 x 3, padding 1 x 0",
        [conv("conv2d", 2, [2, 3], dilation=[2, 1], stride=[1, 3], padding=[1, 0])],
        (1, 5, 8),
        {w: (2, 1, 2, 3), b: (2,)},
        lambda x, p: F.conv2d(x, p[w], p[b], stride=(1, 3), padding=(1, 0), dilation=(2, 1)),
    )
    yield run(
        "conv2d, 2 groups, silu",
        [conv("conv2d", 4, 2, groups=2, activation="silu")],
        (4, 4, 3),
        {w: (4, 2, 2, 2), b: (4,)},
        lambda x, p: F.silu(F.conv2d(x, p[w], p[b], groups=2)),
    )
    yield run(
        "conv2d, depthwise, 2 filters a channel, same",
        [conv("conv2d", 6, 3, groups=3, padding="same")],
        (3, 4, 5),
        {w: (6, 1, 3, 3), b: (6,)},
        lambda x, p: F.conv2d(x, p[w], p[b], groups=3, padding="same"),
    )
    # Height: ceil(6 / 2) = 3 places need 2·2 + 3 = 7, one zero at the end; width: 3 places need 4 + 2 = 6, one at the end.
    yield run(
        "conv2d, same with stride 2",
        [conv("conv2d", 2, [3, 2], stride=2, padding="same")],
        (2, 6, 5),
        {w: (2, 2, 3, 2), b: (2,)},
        lambda x, p: F.conv2d(F.pad(x, (0, 1, 0, 1)), p[w], p[b], stride=2),
    )
    # 3 places of a window that reaches 5 need 2·3 + 5 = 11 of 7: two zeros on either side.
    yield run(
        "conv2d, same with stride 3 and dilation 2",
        [conv("conv2d", 2, 3, stride=3, dilation=2, padding="same", activation="tanh")],
        (1, 7, 7),
        {w: (2, 1, 3, 3), b: (2,)},
        lambda x, p: torch.tanh(F.conv2d(F.pad(x, (2, 2, 2, 2)), p[w], p[b], stride=3, dilation=2)),
    )
    w1, b1 = "conv1d1.weight", "conv1d1.bias"
    yield run(
        "conv1d, stride 2, dilation 2, padding 3",
        [conv("conv1d", 3, 3, stride=2, dilation=2, padding=3)],
        (2, 9),
        {w1: (3, 2, 3), b1: (3,)},
        lambda x, p: F.conv1d(x, p[w1], p[b1], stride=2, dilation=2, padding=3),
    )
    yield run(
        "conv1d, even kernel, same: one more zero at the end",
        [conv("conv1d", 2, 4, padding="same", activation="relu")],
        (2, 6),
        {w1: (2, 2, 4), b1: (2,)},
        lambda x, p: F.relu(F.conv1d(F.pad(x, (1, 2)), p[w1], p[b1])),
    )


def transpose_entries():
    w, b = "conv-transpose2d1.weight", "conv-transpose2d1.bias"
    yield run(
        "conv-transpose2d, stride 2, padding 1, output padding 1 x 0",
        [conv("conv-transpose2d", 3, 3, stride=2, padding=1, outputPadding=[1, 0], activation="relu")],
        (2, 3, 4),
        {w: (2, 3, 3, 3), b: (3,)},
        lambda x, p: F.relu(F.conv_transpose2d(x, p[w], p[b], stride=2, padding=1, output_padding=(1, 0))),
    )
    yield run(
        "conv-transpose2d, 2 groups, dilation 2, no bias",
        [conv("conv-transpose2d", 4, 2, groups=2, dilation=2, bias=False)],
        (4, 3, 2),
        {w: (4, 2, 2, 2)},
        lambda x, p: F.conv_transpose2d(x, p[w], groups=2, dilation=2),
    )
    # Twice the size: of (n - 1)·2 + 5 = 2n + 3 the first place and the last two are cut off.
    yield run(
        "conv-transpose2d, same with stride 2 and kernel 5",
        [conv("conv-transpose2d", 2, 5, stride=2, padding="same")],
        (1, 3, 4),
        {w: (1, 2, 5, 5), b: (2,)},
        lambda x, p: F.conv_transpose2d(x, p[w], p[b], stride=2)[:, :, 1:-2, 1:-2],
    )
    w1, b1 = "conv-transpose1d1.weight", "conv-transpose1d1.bias"
    yield run(
        "conv-transpose1d, stride 3, kernel 2, same: a zero after each",
        [conv("conv-transpose1d", 2, 2, stride=3, padding="same")],
        (2, 4),
        {w1: (2, 2, 2), b1: (2,)},
        lambda x, p: F.conv_transpose1d(x, p[w1], p[b1], stride=3, output_padding=1),
    )


def pool(kind, kernel, **options):
    return {"kind": kind, "kernel": kernel, **options}


def pool_entries():
    yield run(
        "max-pool 2, a rest left out",
        [pool("max-pool", 2)],
        (2, 5, 4),
        {},
        lambda x, p: F.max_pool2d(x, 2),
    )
    yield run(
        "max-pool 3 x 2, stride 2 x 1, padding 1 x 0",
        [pool("max-pool", [3, 2], stride=[2, 1], padding=[1, 0])],
        (1, 6, 5),
        {},
        lambda x, p: F.max_pool2d(x, (3, 2), (2, 1), (1, 0)),
    )
    yield run(
        "max-pool 3, stride 2, same",
        [pool("max-pool", 3, stride=2, padding="same")],
        (1, 6, 7),
        {},
        lambda x, p: F.max_pool2d(F.pad(x, (1, 1, 0, 1), value=-1e9), 3, 2),
    )
    yield run("max-pool of sequences", [pool("max-pool", 3, stride=2)], (2, 8), {}, lambda x, p: F.max_pool1d(x, 3, 2))
    for count in (True, False):
        yield run(
            f"average-pool 3, stride 2, padding 1, zeros {'count' if count else 'do not count'}",
            [pool("average-pool", 3, stride=2, padding=1, countPadding=count)],
            (2, 5, 6),
            {},
            lambda x, p, count=count: F.avg_pool2d(x, 3, 2, 1, count_include_pad=count),
        )
    yield run(
        "average-pool of sequences",
        [pool("average-pool", 2)],
        (3, 7),
        {},
        lambda x, p: F.avg_pool1d(x, 2),
    )
    yield run(
        "global-average-pool", [{"kind": "global-average-pool"}], (3, 4, 5), {}, lambda x, p: F.adaptive_avg_pool2d(x, 1).flatten(1)
    )
    yield run(
        "global-average-pool of sequences", [{"kind": "global-average-pool"}], (3, 5), {}, lambda x, p: x.mean(-1)
    )
    yield run(
        "global-max-pool", [{"kind": "global-max-pool"}], (3, 4, 5), {}, lambda x, p: F.adaptive_max_pool2d(x, 1).flatten(1)
    )


def norm(x, p, name, training, momentum=0.1):
    keys = ("running_mean", "running_var", "weight", "bias")
    mean, var, weight, bias = (p[f"{name}.{key}"] for key in keys)
    return F.batch_norm(x, mean, var, weight, bias, training, momentum, 1e-5)


def norm_shapes(name, features):
    return {f"{name}.{key}": (features,) for key in ("weight", "bias", "running_mean", "running_var")}


def norm_entries():
    for training in (True, False):
        use = "training" if training else "use"
        yield run(
            f"batch-norm of [channels, length] in {use}",
            [{"kind": "batch-norm"}],
            (3, 5),
            norm_shapes("batch-norm1", 3),
            lambda x, p, t=training: norm(x, p, "batch-norm1", t),
            training,
        )
        yield run(
            f"batch-norm of [time, features] in {use}",
            [{"kind": "batch-norm", "axis": 1, "momentum": 0.3}],
            (4, 3),
            norm_shapes("batch-norm1", 3),
            lambda x, p, t=training: norm(x.transpose(1, 2), p, "batch-norm1", t, 0.3).transpose(1, 2),
            training,
        )


def other_entries():
    codes = torch.tensor([[0.0, 3, 1, 3], [3, 0, 0, 4]])
    yield run(
        "embedding: rows that are not looked up have no gradient",
        [{"kind": "embedding", "entries": 6, "units": 3}],
        (4,),
        {"embedding1.weight": (6, 3)},
        lambda x, p: F.embedding(x.long(), p["embedding1.weight"]),
        x=codes,
    )
    yield run(
        "upsample 2 x 3",
        [{"kind": "upsample", "factor": [2, 3]}],
        (2, 2, 3),
        {},
        lambda x, p: F.interpolate(x, scale_factor=(2, 3), mode="nearest"),
    )
    yield run("upsample of sequences", [{"kind": "upsample", "factor": 3}], (2, 4), {}, lambda x, p: F.interpolate(x, scale_factor=3))
    yield run(
        "permute, reshape, flatten and repeat",
        [
            {"kind": "permute", "order": [2, 0, 1]},
            {"kind": "reshape", "shape": [4, -1]},
            {"kind": "permute", "order": [1, 0]},
            {"kind": "flatten"},
            {"kind": "repeat", "times": 2},
        ],
        (2, 3, 4),
        {},
        lambda x, p: x.permute(0, 3, 1, 2).reshape(batch, 4, 6).transpose(1, 2).flatten(1).unsqueeze(1).repeat(1, 2, 1),
    )


def block(x, p, training):
    inner = F.relu(norm(F.conv2d(x, p["residual1.conv2d1.weight"], stride=2, padding=1), p, "residual1.batch-norm1", training))
    branch = norm(F.conv2d(inner, p["residual1.conv2d2.weight"], padding=1), p, "residual1.batch-norm2", training)
    around = norm(F.conv2d(x, p["residual1.shortcut.conv2d1.weight"], stride=2), p, "residual1.shortcut.batch-norm1", training)
    return F.relu(branch + around)


def residual_entries():
    layers = [
        conv("conv2d", 4, 3, stride=2, padding=1, bias=False),
        {"kind": "batch-norm"},
        {"kind": "activation", "activation": "relu"},
        conv("conv2d", 4, 3, padding=1, bias=False),
        {"kind": "batch-norm"},
    ]
    shortcut = [conv("conv2d", 4, 1, stride=2, bias=False), {"kind": "batch-norm"}]
    shapes = {
        "residual1.conv2d1.weight": (4, 2, 3, 3),
        **norm_shapes("residual1.batch-norm1", 4),
        "residual1.conv2d2.weight": (4, 4, 3, 3),
        **norm_shapes("residual1.batch-norm2", 4),
        "residual1.shortcut.conv2d1.weight": (4, 2, 1, 1),
        **norm_shapes("residual1.shortcut.batch-norm1", 4),
    }
    for training in (True, False):
        yield run(
            f"a block of ResNet in {'training' if training else 'use'}",
            [{"kind": "residual", "layers": layers, "shortcut": shortcut, "activation": "relu"}],
            (2, 6, 5),
            shapes,
            lambda x, p, t=training: block(x, p, t),
            training,
        )
    w, b, v = "residual1.conv2d1.weight", "residual1.residual1.conv2d1.bias", "residual1.residual1.conv2d1.weight"
    inner = {"kind": "residual", "layers": [conv("conv2d", 2, 3, padding="same", activation="tanh")]}
    yield run(
        "a residual layer in a residual layer",
        [{"kind": "residual", "layers": [conv("conv2d", 2, 1, bias=False), inner]}],
        (2, 3, 3),
        {w: (2, 2, 1, 1), v: (2, 2, 3, 3), b: (2,)},
        lambda x, p: x + (lambda h: h + torch.tanh(F.conv2d(h, p[v], p[b], padding=1)))(F.conv2d(x, p[w])),
    )


cells = {"rnn": (torch._VF.rnn_tanh, 1), "gru": (torch._VF.gru, 3), "lstm": (torch._VF.lstm, 4)}


def recurrence(kind, x, p, name, units, suffixes=("",), activation="tanh"):
    """PyTorch's own cells with our parameters, gates in columns: (outputs of all steps, last states)."""
    function, _ = cells[kind]
    if activation == "relu":
        function = torch._VF.rnn_relu
    flat = []
    for suffix in suffixes:
        inner = p.get(f"{name}.recurrent_bias{suffix}")
        zeros = torch.zeros((2 if kind == "gru" else cells[kind][1]) * units)
        flat += [
            p[f"{name}.weight{suffix}"].T,
            p[f"{name}.recurrent{suffix}"].T,
            p[f"{name}.bias{suffix}"],
            zeros if inner is None else torch.cat([zeros, inner]),
        ]
    start = torch.zeros(len(suffixes), x.shape[0], units)
    two = kind == "lstm"
    y, last, *_ = function(x, (start, start) if two else start, flat, True, 1, 0.0, False, len(suffixes) > 1, True)
    return y, last


def recurrent_shapes(kind, name, features, units, suffixes=("",)):
    gates = cells[kind][1] * units
    shapes = {}
    for suffix in suffixes:
        shapes |= {f"{name}.weight{suffix}": (features, gates), f"{name}.recurrent{suffix}": (units, gates)}
        shapes[f"{name}.bias{suffix}"] = (gates,)
        if kind == "gru":
            shapes[f"{name}.recurrent_bias{suffix}"] = (units,)
    return shapes


def recurrent_entries():
    both = ("", "_reverse")
    for kind in cells:
        name = f"{kind}1"
        for steps in (1, 2, 7, 50):
            yield run(
                f"{kind}, the last of {steps} steps",
                [{"kind": kind, "units": 3}],
                (steps, 2),
                recurrent_shapes(kind, name, 2, 3),
                lambda x, p: recurrence(kind, x, p, name, 3)[0][:, -1],
            )
        yield run(
            f"{kind}, read from its end",
            [{"kind": kind, "units": 2, "reverse": True, "returnSequences": True}],
            (5, 3),
            recurrent_shapes(kind, name, 3, 2),
            lambda x, p: recurrence(kind, x.flip(1), p, name, 2)[0].flip(1),
        )
        yield run(
            f"{kind}, both ways, every step",
            [{"kind": kind, "units": 2, "bidirectional": True, "returnSequences": True}],
            (6, 3),
            recurrent_shapes(kind, name, 3, 2, both),
            lambda x, p: recurrence(kind, x, p, name, 2, both)[0],
        )
        yield run(
            f"{kind}, both ways, the states at the ends",
            [{"kind": kind, "units": 2, "bidirectional": True}],
            (4, 3),
            recurrent_shapes(kind, name, 3, 2, both),
            lambda x, p: recurrence(kind, x, p, name, 2, both)[1].transpose(0, 1).flatten(1),
        )
        yield run(
            f"{kind} on {kind}, a dense layer at every step",
            [
                {"kind": kind, "units": 3, "returnSequences": True},
                {"kind": kind, "units": 2, "returnSequences": True},
                {"kind": "dense", "units": 2, "activation": "tanh"},
            ],
            (4, 2),
            {
                **recurrent_shapes(kind, name, 2, 3),
                **recurrent_shapes(kind, f"{kind}2", 3, 2),
                "dense1.weight": (2, 2),
                "dense1.bias": (2,),
            },
            lambda x, p: torch.tanh(
                recurrence(kind, recurrence(kind, x, p, name, 3)[0], p, f"{kind}2", 2)[0] @ p["dense1.weight"]
                + p["dense1.bias"]
            ),
        )
    yield run(
        "rnn with relu",
        [{"kind": "rnn", "units": 3, "activation": "relu"}],
        (5, 2),
        recurrent_shapes("rnn", "rnn1", 2, 3),
        lambda x, p: recurrence("rnn", x, p, "rnn1", 3, activation="relu")[0][:, -1],
    )


def document():
    parts = (conv_entries, transpose_entries, pool_entries, norm_entries, other_entries, recurrent_entries, residual_entries)
    return {"about": about, "networks": [entry for part in parts for entry in part()]}
