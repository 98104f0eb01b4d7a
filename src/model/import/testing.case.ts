/** Networks that PyTorch makes and runs, for tests of what is read from it. */
import { spawnSync } from 'node:child_process';
import type { LayerSpec } from '../../nn/index.ts';

/** A python3 that has PyTorch. */
export const python = ['python3', '/usr/bin/python3'].find(
  command => spawnSync(command, ['-c', 'import torch'], { timeout: 60_000 }).status === 0,
);
export const whyNoTorch = 'skipped: there is no python3 with PyTorch';

/** A module, and the layers that describe it on rows of so many numbers. */
export interface TorchCase {
  readonly name: string;
  /** Python of the module; it takes rows [N, columns]. */
  readonly module: string;
  readonly columns: number;
  readonly layers: readonly LayerSpec[];
  readonly names?: Readonly<Record<string, string>>;
}

/** What PyTorch says of a case: files beside the script, rows and what comes out of them. */
export interface TorchTruth {
  readonly rows: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

/** Writes case N as caseN.safetensors (also -f16, -bf16, -f64) and caseN.onnx, and prints rows and outputs. */
export const script = `
import json, sys, warnings
import torch
from torch import nn
warnings.filterwarnings("ignore")
types = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}

def save(state, path, dtype=None):
    header, body = {}, b""
    for name in sorted(state):
        array = state[name].detach().contiguous()
        if dtype is not None and array.is_floating_point():
            array = array.to(dtype)
        raw = bytes(array.view(torch.uint8).numpy().tobytes()) if array.dim() else bytes(array.reshape(1).view(torch.uint8).numpy().tobytes())
        header[name] = {"dtype": types[array.dtype], "shape": list(array.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    head = json.dumps(header).encode()
    open(path, "wb").write(len(head).to_bytes(8, "little") + head + body)

class View(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return x.reshape(len(x), *self.shape)

class Last(nn.Module):
    """The last states of a recurrent layer."""
    def __init__(self, inner, sequences=False):
        super().__init__()
        self.inner, self.sequences = inner, sequences
    def forward(self, x):
        out, state = self.inner(x)
        state = state[0] if isinstance(state, tuple) else state
        return out if self.sequences else torch.cat(list(state), dim=1)

class Codes(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
    def forward(self, x):
        return self.inner(x.round().clamp(0, self.inner.num_embeddings - 1).long())

class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.input, self.hidden, self.output = nn.Linear(4, 6), nn.Linear(6, 6), nn.Linear(6, 1)
    def forward(self, x):
        return self.output(torch.tanh(self.hidden(torch.relu(self.input(x)))))

class Distinct(nn.Module):
    def __init__(self):
        super().__init__()
        self.zebra, self.apple, self.mango = nn.Linear(4, 6), nn.Linear(6, 5), nn.Linear(5, 1)
    def forward(self, x):
        return self.mango(torch.tanh(self.apple(torch.relu(self.zebra(x)))))

folder = sys.argv[1]
for i, (code, columns) in enumerate(json.load(open(sys.argv[2]))):
    torch.manual_seed(i)
    model = eval(code)
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.rand_like(parameter)
    x = torch.randn(40, columns).mul(2).float()
    model.train()
    with torch.no_grad():
        model(x)
    model.eval()
    save(model.state_dict(), f"{folder}/case{i}.safetensors")
    for name, dtype in ("f16", torch.float16), ("bf16", torch.bfloat16), ("f64", torch.float64):
        save(model.state_dict(), f"{folder}/case{i}-{name}.safetensors", dtype)
    try:
        torch.onnx.export(model, x, f"{folder}/case{i}.onnx", opset_version=16, input_names=["x"], dynamic_axes={"x": {0: "N"}})
    except Exception as error:
        print(f"case {i}: {error}", file=sys.stderr)
    with torch.no_grad():
        print(json.dumps({"rows": x.tolist(), "outputs": model(x).tolist()}))
`;
