"""PyTorch on the CPU: python3 torch_train.py FOLDER THREADS VARIANT; for each line with seconds one with what was done in them."""
import json
import os
import resource
import sys
import time

folder, threads, variant = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.environ['OMP_NUM_THREADS'] = os.environ['OPENBLAS_NUM_THREADS'] = os.environ['MKL_NUM_THREADS'] = str(threads)
import numpy as np
import torch
from torch import nn

torch.set_num_threads(threads)
torch.set_flush_denormal(True)
question = json.load(open(f'{folder}/question.json'))
batch, shape = question['batch'], question['shape']


class Last(nn.Module):
    """What a recurrent layer puts out after the last time step."""

    def __init__(self, cell, features, units):
        super().__init__()
        self.cell = cell(features, units, batch_first=True)

    def forward(self, x):
        return self.cell(x)[0][:, -1]


makers = {
    'dense': lambda l: nn.Linear(l['inputShape'][0], l['units']),
    'conv2d': lambda l: nn.Conv2d(l['inputShape'][0], l['filters'], l['kernel'], padding=l['padding']),
    'max-pool': lambda l: nn.MaxPool2d(l['kernel']),
    'flatten': lambda l: nn.Flatten(),
    'rnn': lambda l: Last(nn.RNN, l['inputShape'][1], l['units']),
    'gru': lambda l: Last(nn.GRU, l['inputShape'][1], l['units']),
    'lstm': lambda l: Last(nn.LSTM, l['inputShape'][1], l['units']),
}
modules, by_name = [], {}
for layer in question['layers']:
    module = makers[layer['kind']](layer)
    modules.append(module)
    by_name[layer['name'].replace('-', '_')] = getattr(module, 'cell', module)
    if layer.get('activation', 'linear') == 'relu':
        modules.append(nn.ReLU())
net = nn.Sequential(*modules)
values, at = np.fromfile(f'{folder}/torch.f32', np.float32), 0
with torch.no_grad():
    for entry in json.load(open(f'{folder}/torch.json')):
        name, parameter = entry['name'].rsplit('.', 1)
        size = int(np.prod(entry['shape']))
        getattr(by_name[name], parameter).copy_(torch.from_numpy(values[at:at + size].reshape(entry['shape'])))
        at += size
last = variant == 'channels_last'
if last:
    net = net.to(memory_format=torch.channels_last)
dtype = np.uint8 if question['x'] == 'x.u8' else np.float32
x = torch.from_numpy(np.fromfile(f"{folder}/{question['x']}", dtype).reshape(-1, *shape))
y = torch.from_numpy(np.fromfile(f'{folder}/y.i32', np.int32).astype(np.int64))
order = torch.from_numpy(np.fromfile(f'{folder}/order.i32', np.int32).astype(np.int64).reshape(-1, batch))
optimizer = {'sgd': torch.optim.SGD, 'adam': torch.optim.Adam}[question['optimizer']](
    net.parameters(), lr=question['learningRate'])
loss_of = nn.CrossEntropyLoss()
done = 0


def step():
    global done
    rows = order[done % len(order)]
    xb = x[rows]
    if xb.dtype == torch.uint8:
        xb = xb.float().div_(255)
    if last:
        xb = xb.contiguous(memory_format=torch.channels_last)
    loss = loss_of(net(xb), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    done += 1
    return loss.detach()


for line in sys.stdin:
    seconds, before, start, losses = float(line), done, time.perf_counter(), []
    while time.perf_counter() - start < seconds:
        losses.append(step())
    taken = time.perf_counter() - start
    told = [[before + i + 1, loss.item()] for i, loss in enumerate(losses)]
    print(json.dumps({'samples': len(told) * batch, 'seconds': taken, 'losses': told, 'version': torch.__version__,
                      'peakMegabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
