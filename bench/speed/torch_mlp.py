"""PyTorch on the CPU: python3 torch_mlp.py QUESTION-JSON FOLDER THREADS -> one JSON line."""
import json
import os
import resource
import sys
import time

question, folder, threads = json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])
os.environ['OMP_NUM_THREADS'] = os.environ['OPENBLAS_NUM_THREADS'] = str(threads)
import numpy as np
import torch

torch.manual_seed(1)
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
layers, batch, steps = question['layers'], question['batch'], question['steps']
if question['data'] == 'digits':
    x = torch.from_numpy(np.fromfile(folder + '/x.u8', np.uint8).reshape(-1, layers[0]).astype(np.float32) / 255)
else:
    x = torch.from_numpy(np.fromfile(folder + '/x.f32', np.float32).reshape(-1, layers[0]))
y = torch.from_numpy(np.fromfile(folder + '/y.i32', np.int32).astype(np.int64))
parts = []
for i, (a, b) in enumerate(zip(layers, layers[1:])):
    parts += [torch.nn.Linear(a, b)] + ([torch.nn.ReLU()] if i < len(layers) - 2 else [])
net = torch.nn.Sequential(*parts)
optimizer = {'sgd': torch.optim.SGD, 'adam': torch.optim.Adam}[question['optimizer']](net.parameters(), lr=question['lr'])
loss_of = torch.nn.CrossEntropyLoss()
order, at, last = torch.randperm(len(x)), 0, []


def step():
    global order, at
    if at + batch > len(x):
        order, at = torch.randperm(len(x)), 0
    rows = order[at:at + batch]
    at += batch
    loss = loss_of(net(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


for _ in range(steps // 10):
    step()
start = time.perf_counter()
for i in range(steps):
    loss = step()
    if i >= steps - 5:
        last.append(loss.item())
seconds = time.perf_counter() - start
print(json.dumps({'samplesPerSecond': steps * batch / seconds, 'loss': sum(last) / len(last), 'version': torch.__version__,
                  'peakMegabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
