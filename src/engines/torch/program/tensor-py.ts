/** parallel.py of a job whose dense layers are divided. */
export const tensorPy = `"""Each rank holds a part of every dense layer and all of the other layers, and sees every row (Megatron-LM, Shoeybi et al. 2019).

Of two dense layers, one after the other, the first is divided by its outputs and the second by its inputs: between them no
rank needs another. They speak forward where the parts of the second are summed, and backward where those of the gradient of
the first one's input are. A dense layer by itself is divided by its inputs.
"""
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn

from model import MODEL
from ranks import share


def network(job, ranks):
    """All of the network; noise is the same on each rank, as long as what it falls on is."""
    torch.manual_seed(job["seed"] * 1000003 + job["step"])
    return MODEL()


def total(x):
    """The sum over all ranks, in single precision."""
    x = x.detach().to(torch.float32, copy=True).contiguous()
    dist.all_reduce(x)
    return x


class Shared(torch.autograd.Function):
    """The same on every rank; its gradient is the sum of what each rank makes of it."""

    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        return total(gradient)


class Summed(torch.autograd.Function):
    """The sum of what every rank has; its gradient is the same on each."""

    @staticmethod
    def forward(ctx, x):
        return total(x)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class ByOutputs(nn.Module):
    """A dense layer of which this rank has some outputs."""

    def __init__(self, dense, own):
        super().__init__()
        self.places = {"weight": (own,), "bias": (own,)}
        hold(self, dense)

    def forward(self, x):
        return F.linear(Shared.apply(x), self.weight, self.bias)


class ByInputs(nn.Module):
    """A dense layer of which this rank has some inputs; whole = it is given all of them."""

    def __init__(self, dense, own, whole):
        super().__init__()
        self.own, self.whole = own, whole
        self.places = {"weight": (slice(None), own)}
        hold(self, dense)

    def forward(self, x):
        y = Summed.apply(F.linear(Shared.apply(x)[..., self.own] if self.whole else x, self.weight))
        return y if self.bias is None else y + self.bias


def hold(module, dense):
    """Gives a module its places of the parameters of a dense layer."""
    for name in ("weight", "bias"):
        p = getattr(dense, name)
        if p is not None:
            p = nn.Parameter(p.detach()[module.places.get(name, ...)].clone(), requires_grad=p.requires_grad)
        module.register_parameter(name, p)


class OwnNoise(nn.Module):
    """Dropout of outputs that no other rank has, by noise that no other rank has."""

    def __init__(self, rate, seed, device):
        super().__init__()
        self.rate, self.generator = rate, torch.Generator(device).manual_seed(seed)

    def forward(self, x):
        kept = torch.empty_like(x).bernoulli_(1 - self.rate, generator=self.generator)
        return x * kept / (1 - self.rate)


def divided(module, how, job, ranks):
    """What stands for a module that is divided; how = column, row, alone, or noise."""
    if how == "noise":
        return OwnNoise(module.p, job["seed"] * 1000003 + 7919 * (ranks.rank + 1) + job["step"], ranks.device)
    if how == "column":
        return ByOutputs(module, share(module.out_features, ranks.rank, ranks.world))
    return ByInputs(module, share(module.in_features, ranks.rank, ranks.world), whole=how == "alone")


class Parallel:
    """A network whose dense layers are divided over the ranks."""

    def __init__(self, job, ranks, model, shapes):
        self.ranks, self.model, self.shapes = ranks, model, shapes
        self.places = {}
        for path, how in job["divided"].items():
            holder, _, name = path.rpartition(".")
            made = divided(model.get_submodule(path), how, job, ranks)
            setattr(model.get_submodule(holder), name, made)
            self.places.update({f"{path}.{own}": places for own, places in getattr(made, "places", {}).items()})
        model.to(ranks.device)

    def learn(self, rows, inputs, loss):
        """Leaves the gradients of all rows; gives this rank's part of their loss."""
        with self.ranks.autocast():
            y = self.model(inputs(rows))
        whole = loss(y, rows)
        whole.backward()
        return whole.detach() / self.ranks.world

    def optimiser(self, kind, groups, options):
        return kind(groups, lr=1.0, **options)

    def norm(self, gradients):
        """The joint norm of gradients; what every rank has counts once."""
        squares = list(zip(gradients, torch.stack([g.pow(2).sum() for g in gradients.values()]).tolist()))
        apart = self.ranks.sum([sum(value for name, value in squares if name in self.places)])[0]
        return (apart + sum(value for name, value in squares if name not in self.places)) ** 0.5

    def part(self, name, array):
        """What this rank holds of an array."""
        return array[self.places.get(name, ...)].to(self.ranks.device, copy=True)

    def whole(self, name, array):
        """All of an array."""
        if name not in self.places:
            return array
        found = torch.zeros(self.shapes[name], device=self.ranks.device)
        found[self.places[name]] = array
        dist.all_reduce(found)
        return found

    def whole_state(self, name, array):
        """All of an array of the optimiser."""
        return self.whole(name, array)
`;
