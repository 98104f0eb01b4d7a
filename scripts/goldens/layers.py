"""Activations, losses, dense layers and normalisations: one entry each, run() does the rest."""
import torch
import torch.nn.functional as F

from .common import generator, normal, rounded, tensor, tensors, uniform

about = {
    "made by": "npm run golden (PyTorch, float64, rounded to 7 digits; inputs are exact as float32)",
    "entry": "name, kind, options, inputs, outputs, dy (gradient fed to outputs.y), gradients (of the inputs)",
    "dense": "w is [in, out]: y = x·w + b (PyTorch's weight transposed); masked: y = x·(w*mask) + b",
    "batchNorm": "x [N, C] or [N, C, H, W]; y = (x - mean)/sqrt(var + eps)*weight + bias, biased var over all axes but C; "
    "newRunningMean = (1 - momentum)*runningMean + momentum*mean; newRunningVar the same with the unbiased var",
    "layerNorm": "over the last axis, biased variance",
    "dropout": "y = x * mask / (1 - p), mask 1 = kept",
    "losses": "reduction mean over the batch (crossEntropy: over rows, with weights: divided by the sum of the rows' weights; others: over all elements); "
    "huber: 0.5 d^2 inside delta, delta*(|d| - delta/2) outside; pinball: max(q*d, (q-1)*d), d = target - y; "
    "labelSmoothing s: target (1-s)*onehot + s/classes; poisson: exp(x) - target*x, no Stirling term",
}


def run(name, kind, options, inputs, f):
    leaves = {key: value.clone() for key, value in inputs.items()}
    for value in leaves.values():
        if value.dtype == torch.float64:
            value.requires_grad_()
    outputs = f(**leaves)
    y = outputs["y"]
    dy = torch.ones_like(y) if y.dim() == 0 else normal(generator(name, "dy"), *y.shape)
    y.backward(dy)
    gradients = {key: tensor(value.grad) for key, value in leaves.items() if value.grad is not None}
    return {
        "name": name,
        "kind": kind,
        "options": options,
        "inputs": tensors(inputs),
        "outputs": tensors(outputs),
        "dy": tensor(dy),
        "gradients": gradients,
    }


activations = {
    "identity": lambda x: x * 1,
    "relu": F.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.01),
    "elu": F.elu,
    "selu": F.selu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "gelu": F.gelu,
    "geluTanh": lambda x: 0.5 * x * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x**3))),
    "silu": F.silu,
    "mish": F.mish,
    "hardSigmoid": F.hardsigmoid,
    "hardTanh": F.hardtanh,
    "softmax": lambda x: F.softmax(x, -1),
    "logSoftmax": lambda x: F.log_softmax(x, -1),
}


def activation_entries():
    x = uniform(generator("activation"), -4, 4, 3, 4)
    for name, f in activations.items():
        yield run(name, "activation", {}, {"x": x}, lambda x, f=f: {"y": f(x)})


def regression(name, options, f, low=-3, high=3):
    rng = generator(name)
    inputs = {"x": uniform(rng, low, high, 5, 2), "target": uniform(rng, low, high, 5, 2)}
    entry = run(name, "loss", options, inputs, lambda x, target: {"y": f(x, target.detach())})
    return entry


def loss_entries():
    yield regression("mse", {}, F.mse_loss)
    yield regression("mae", {}, F.l1_loss)
    for delta in (1.0, 0.5):
        yield regression("huber", {"delta": delta}, lambda x, t, delta=delta: F.huber_loss(x, t, delta=delta))
    yield regression("logCosh", {}, lambda x, t: torch.log(torch.cosh(x - t)).mean())
    for q in (0.5, 0.9):
        yield regression("pinball", {"quantile": q}, lambda x, t, q=q: torch.maximum(q * (t - x), (q - 1) * (t - x)).mean())
    yield regression("poisson", {}, lambda x, t: F.poisson_nll_loss(x, t), 0, 2)
    yield from binary_entries()
    yield from class_entries()


def binary_entries():
    rng = generator("binary")
    x = torch.cat([uniform(rng, -4, 4, 6, 1), torch.tensor([[60.0], [-60.0]])])
    target = torch.tensor([[1.0], [0], [1], [0], [0.25], [1], [0], [1]])

    def loss(**options):
        return lambda x, target: {"y": F.binary_cross_entropy_with_logits(x, target.detach(), **options)}

    yield run("binaryCrossEntropy", "loss", {}, {"x": x, "target": target}, loss())
    weighted = loss(pos_weight=torch.tensor([2.5]))
    yield run("binaryCrossEntropy", "loss", {"positiveWeight": 2.5}, {"x": x, "target": target}, weighted)


def class_entries():
    x = torch.cat([uniform(generator("classes"), -4, 4, 5, 4), torch.tensor([[100.0, 0, -100, 3]])])
    target = torch.tensor([0, 3, 1, 1, 2, 1])
    weights = [1.0, 0.5, 2.0, 0.25]
    settings = [{}, {"labelSmoothing": 0.1}, {"weights": weights}]
    for options in settings:

        def loss(x, target, options=options):
            weight = torch.tensor(options["weights"]) if "weights" in options else None
            smoothing = options.get("labelSmoothing", 0.0)
            return {"y": F.cross_entropy(x, target, weight=weight, label_smoothing=smoothing)}

        yield run("crossEntropy", "loss", options, {"x": x, "target": target}, loss)


def dense_entries():
    rng = generator("dense")
    inputs = {"x": normal(rng, 4, 3), "w": normal(rng, 3, 2), "b": normal(rng, 2)}
    yield run("dense", "layer", {}, inputs, lambda x, w, b: {"y": F.linear(x, w.T, b)})
    without = {"x": inputs["x"], "w": inputs["w"]}
    yield run("dense", "layer", {"bias": False}, without, lambda x, w: {"y": F.linear(x, w.T)})
    mask = torch.tensor([[1.0, 0], [1, 1], [0, 1]])
    masked = {**inputs, "mask": mask}
    yield run("maskedDense", "layer", {}, masked, lambda x, w, b, mask: {"y": x @ (w * mask.detach()) + b})
    kept = (torch.rand(4, 3, generator=rng) > 0.4).double()
    dropped = {"x": inputs["x"], "mask": kept}
    yield run("dropout", "layer", {"p": 0.4}, dropped, lambda x, mask: {"y": x * mask.detach() / 0.6})


def norm_inputs(rng, shape, channels):
    return {"x": normal(rng, *shape), "weight": uniform(rng, 0.5, 1.5, channels), "bias": normal(rng, channels)}


def batch_norm(x, weight, bias, runningMean, runningVar, training, momentum, eps):
    mean, var = runningMean.detach().clone(), runningVar.detach().clone()
    y = F.batch_norm(x, mean, var, weight, bias, training, momentum, eps)
    return {"y": y, "newRunningMean": mean, "newRunningVar": var} if training else {"y": y}


def norm_entries():
    for shape, momentum, eps in (((6, 3), 0.1, 1e-5), ((4, 3, 2, 2), 0.1, 1e-5), ((5, 2), 0.3, 1e-3)):
        rng = generator("batchNorm", shape)
        inputs = norm_inputs(rng, shape, shape[1])
        inputs["runningMean"] = normal(rng, shape[1])
        inputs["runningVar"] = uniform(rng, 0.5, 2, shape[1])
        for training in (True, False):
            options = {"training": training, "momentum": momentum, "eps": eps}
            yield run("batchNorm", "layer", options, inputs, lambda o=options, **kw: batch_norm(**kw, **o))
    for shape, eps in (((4, 5), 1e-5), ((2, 3, 4), 1e-5), ((3, 4), 1e-2)):
        inputs = norm_inputs(generator("layerNorm", shape, eps), shape, shape[-1])
        yield run(
            "layerNorm",
            "layer",
            {"eps": eps},
            inputs,
            lambda x, weight, bias, eps=eps: {"y": F.layer_norm(x, weight.shape, weight, bias, eps)},
        )


def document():
    return {
        "about": about,
        "activations": list(activation_entries()),
        "losses": list(loss_entries()),
        "layers": [*dense_entries(), *norm_entries()],
    }
