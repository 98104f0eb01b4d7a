/** norms.py of a job folder. */
export const normsPy = `"""Batch norm over the rows of all ranks: PyTorch has it for GPUs alone (SyncBatchNorm)."""
from functools import partial

import torch
import torch.distributed as dist
from torch.nn.modules.batchnorm import _BatchNorm


class Total(torch.autograd.Function):
    """The sum over all ranks; a gradient is the sum of those of all ranks."""

    @staticmethod
    def forward(ctx, x):
        x = x.clone()
        dist.all_reduce(x)
        return x

    @staticmethod
    def backward(ctx, gradient):
        gradient = gradient.clone()
        dist.all_reduce(gradient)
        return gradient


def joint_norm(norm, x):
    """Batch norm of x [N, features, ...] with the mean and variance of all ranks."""
    x = x.float()
    axes = [axis for axis in range(x.dim()) if axis != 1]
    wide = [-1 if axis == 1 else 1 for axis in range(x.dim())]
    count = x.new_tensor([x.numel() // x.shape[1]])
    *_, count = total = Total.apply(torch.cat([x.sum(axes), count]))
    mean = total[:-1] / count
    apart = x - mean.reshape(wide)
    variance = Total.apply((apart ** 2).sum(axes)) / count
    with torch.no_grad():
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * count / (count - 1), norm.momentum)
    scale = norm.weight * (variance + norm.eps).rsqrt()
    return apart * scale.reshape(wide) + norm.bias.reshape(wide)


def join_norms(model, ranks):
    """Lets the batch norms of a network that learn take the rows of all ranks."""
    for module in model.modules():
        if isinstance(module, _BatchNorm) and module.training and ranks.world > 1:
            module.forward = partial(joint_norm, module)
`;
