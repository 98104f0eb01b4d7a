"""Values and gradients of every op case; the cases come from the op records, the numbers from PyTorch."""
import json
import math
import subprocess
from pathlib import Path

import torch
import torch.nn.functional as F

from .common import generator, normal, rounded, tensor

about = {
    "made by": "npm run golden (PyTorch, float64, rounded to 7 digits; inputs are exact as float32)",
    "entry": "signature: the case as the record has it; dy: gradient fed to the output; gradients: of the float inputs, null for the others",
}


def reshape(x, shape):
    return x.reshape(shape)


def slice_(x, axis, begin, end):
    return x.narrow(axis, begin, end - begin)


def pad(x, axis, before, after):
    amounts = [0, 0] * x.dim()
    amounts[2 * (x.dim() - 1 - axis)] = before
    amounts[2 * (x.dim() - 1 - axis) + 1] = after
    return F.pad(x, amounts)


def gemm(a, b, c=None, *, transA, transB, alpha):
    y = alpha * (a.T if transA else a) @ (b.T if transB else b)
    return y if c is None else y + c


def divide(a, b):
    return a / b if a.is_floating_point() else torch.div(a, b, rounding_mode="trunc")


def cast(x, to):
    types = {"float32": torch.float64, "float64": torch.float64, "int32": torch.int32, "int64": torch.int64, "bool": torch.bool}
    return x * 1 if to.startswith("float") and x.is_floating_point() else x.to(types[to])


def rows(indices, x):
    return torch.where(indices < 0, indices + len(x), indices)


def padded(x, pads, value=0.0):
    axes = x.dim() - 2
    amounts = [n for i in reversed(range(axes)) for n in (pads[i], pads[axes + i])]
    return F.pad(x, amounts, value=value)


def conv(x, w, b=None, *, strides, pads, dilations, group):
    return (F.conv1d if x.dim() == 3 else F.conv2d)(padded(x, pads), w, b, strides, 0, dilations, group)


def conv_transpose(x, w, b=None, *, strides, pads, dilations, group, outputPadding):
    function = F.conv_transpose1d if x.dim() == 3 else F.conv_transpose2d
    y = function(x, w, None, strides, 0, 0, group, dilations)
    axes = x.dim() - 2
    more = [*(-n for n in pads[:axes]), *(extra - n for n, extra in zip(pads[axes:], outputPadding))]
    y = padded(y, more)
    return y if b is None else y + b.reshape(-1, *[1] * axes)


def max_pool(x, kernel, strides, pads, dilations, indices):
    function = F.max_pool1d if x.dim() == 3 else F.max_pool2d
    return function(padded(x, pads, -math.inf), kernel, strides, 0, dilations)


def average_pool(x, kernel, strides, pads, dilations, countIncludePad):
    function = F.avg_pool1d if x.dim() == 3 else F.avg_pool2d
    sums = function(padded(x, pads), kernel, strides)
    return sums if countIncludePad else sums / function(padded(torch.ones_like(x), pads), kernel, strides)


formulas = {
    "Identity": lambda x: x * 1,
    "Reshape": reshape,
    "Transpose": lambda x, perm: x.permute(perm),
    "Expand": lambda x, shape: x.expand(shape),
    "ReduceSum": lambda x, axes: x.sum(axes, keepdim=True),
    "Slice": slice_,
    "Pad": pad,
    "Concat": lambda *xs, axis: torch.cat(xs, axis),
    "Add": torch.add,
    "Sub": torch.sub,
    "Mul": torch.mul,
    "Div": divide,
    "Max": torch.maximum,
    "Min": torch.minimum,
    "Pow": torch.pow,
    "Neg": torch.neg,
    "Exp": torch.exp,
    "Log": torch.log,
    "Sqrt": torch.sqrt,
    "Sin": torch.sin,
    "Cos": torch.cos,
    "Abs": torch.abs,
    "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid,
    "Relu": torch.relu,
    "Softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "Erf": torch.erf,
    "Floor": torch.floor,
    "Greater": torch.gt,
    "Less": torch.lt,
    "Equal": torch.eq,
    "IsNaN": torch.isnan,
    "Where": torch.where,
    "Clip": lambda x, min, max: x.clamp(min, max),
    "Cast": cast,
    "ReduceMax": lambda x, axis: x.amax(axis, keepdim=True),
    "ArgMax": lambda x, axis: first_max(x, axis),
    "Softmax": lambda x, axis: x.softmax(axis),
    "LogSoftmax": lambda x, axis: x.log_softmax(axis),
    "MatMul": torch.matmul,
    "Einsum": lambda x: torch.einsum("ij->ji", x),
    "Gemm": gemm,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "Gather": lambda x, indices: x[indices.long()],
    "GatherElements": lambda x, indices: x.gather(0, rows(indices, x)),
    "ScatterElements": lambda x, indices, updates: x.scatter_add(0, rows(indices, x), updates),
    "ConstantOfShape": lambda shape: torch.zeros(shape),
}

def moved_text(x, name, attrs):
    """A movement op on texts: moves their positions."""
    at = formulas[name](torch.arange(len(x["data"])).reshape(x["shape"]), **attrs)
    return {"dtype": "string", "shape": list(at.shape), "data": [x["data"][i] for i in at.reshape(-1).tolist()]}


on_text = {
    "Reshape": lambda x, **attrs: moved_text(x, "Reshape", attrs),
    "LabelEncoder": lambda x, keys: torch.tensor([keys.index(v) if v in keys else -1 for v in x["data"]]).reshape(x["shape"]),
    "Equal": lambda a, b: torch.tensor([x == y for x, y in zip(a["data"], b["data"])]).reshape(a["shape"]),
}


def first_max(x, axis):
    at = (x == x.amax(axis, keepdim=True)).double() * torch.arange(x.shape[axis], 0, -1).reshape(
        [-1 if i == axis % x.dim() else 1 for i in range(x.dim())]
    )
    return at.argmax(axis, keepdim=True)


def draw(shapes, domain, rng):
    """Normal; above 0.5; at least 0.3 from 0; or, over all inputs together, at least 0.1 apart."""
    sizes = [int(torch.tensor(shape).prod()) if shape else 1 for shape in shapes]
    if domain == "distinct":
        total = sum(sizes)
        values = 0.1 * (torch.randperm(total, generator=rng).double() - total / 2 + 0.3)
    else:
        values = torch.randn(sum(sizes), generator=rng)
        if domain == "positive":
            values = 0.5 + values.abs()
        if domain == "off-zero":
            values = values.sign() * (0.3 + values.abs())
    return [rounded(part).reshape(shape) for part, shape in zip(values.split(sizes), shapes)]


types = {"float32": torch.float64, "float64": torch.float64, "int32": torch.int32, "int64": torch.int64, "uint8": torch.uint8, "bool": torch.bool}


def given(value):
    if value["dtype"] == "string":
        return value
    data = [float(x) for x in value["data"]]
    return torch.tensor(data, dtype=types[value["dtype"]]).reshape(value["shape"])


def written(value, declared):
    if isinstance(value, dict):
        return value
    out = tensor(value) if value.dtype != torch.uint8 else {"shape": list(value.shape), "data": value.reshape(-1).tolist()}
    dtype = declared["dtype"] if isinstance(declared, dict) else "float32"
    return {"dtype": dtype, "shape": out["shape"], "data": out["data"]}


def entry(case):
    name, attrs = case["op"], case["attrs"] or {}
    rng = generator(name, case["signature"])
    drawn = iter(draw([x for x in case["inputs"] if isinstance(x, list)], case.get("domain", "any"), rng))
    inputs = [next(drawn) if isinstance(x, list) else given(x) for x in case["inputs"]]
    leaves = [x.clone().requires_grad_() if torch.is_tensor(x) and x.is_floating_point() else x for x in inputs]
    text = any(isinstance(x, dict) for x in inputs)
    y = (on_text if text else formulas)[name](*leaves, **attrs)
    output = y if isinstance(y, dict) else tensor(y)
    output["dtype"] = attrs["to"] if name == "Cast" else output.get("dtype", "float32")
    dy, gradients = None, [None] * len(leaves)
    if torch.is_tensor(y) and y.requires_grad:
        dy = normal(rng, *y.shape)
        y.backward(dy)
        gradients = [tensor(x.grad) if torch.is_tensor(x) and x.is_floating_point() else None for x in leaves]
    return {
        "op": name,
        "case": case["case"],
        "signature": case["signature"],
        "inputs": [written(x, declared) for x, declared in zip(inputs, case["inputs"])],
        "output": output,
        "dy": tensor(dy),
        "gradients": gradients,
    }


def document():
    dump = Path(__file__).parent.parent / "op-cases.mjs"
    cases = json.loads(subprocess.run(["node", str(dump)], check=True, capture_output=True, text=True).stdout)
    return {"about": about, "cases": [entry(case) for case in cases]}
