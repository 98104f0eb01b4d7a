/** parallel.py of a job that is divided by its rows. */
export const dataPy = `"""What each rank holds: all (ddp), a share of the optimiser's state (zero1), or of weights, gradients and state (fsdp)."""
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from model import MODEL
from norms import join_norms
from ranks import share


def network(job, ranks):
    """All of the network; its noise is another one on each rank."""
    torch.manual_seed(job["seed"] * 1000003 + ranks.rank + job["step"])
    return MODEL()


def shard(model, ranks):
    """Divides every weight of a network over the ranks; each layer is gathered where it is used."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(ranks.device.type, (ranks.world,))
    for module in list(model.modules()):
        if module is not model and next(module.parameters(recurse=False), None) is not None:
            fully_shard(module, mesh=mesh)
    return fully_shard(model, mesh=mesh)


def divided_as(array, other):
    """An array divided as another one is."""
    array = array.to(other.device)
    if not hasattr(other, "full_tensor"):
        return array.clone()
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(array, other.device_mesh, other.placements)


class Parallel:
    """A network whose gradients are those of the rows of all ranks."""

    def __init__(self, job, ranks, model, shapes):
        self.strategy, self.ranks, self.model, self.shapes = job["strategy"], ranks, model, shapes
        join_norms(model, ranks)
        if self.strategy == "fsdp":
            self.replica = shard(model, ranks)
        else:
            device_ids = [ranks.local] if ranks.device.type == "cuda" else None
            model.to(ranks.device)
            self.replica = DistributedDataParallel(model, device_ids=device_ids, gradient_as_bucket_view=True)
        self.parameters = dict(model.named_parameters())

    def learn(self, rows, inputs, loss):
        """Leaves the gradients of all rows; gives this rank's part of their loss."""
        own = rows[share(len(rows), self.ranks.rank, self.ranks.world)]
        with self.ranks.autocast():
            y = self.replica(inputs(own))
        part = loss(y, own)
        # Gradients are averaged over ranks: the shares may have different sizes, so each is weighted by its rows.
        (part * self.ranks.world).backward()
        return part.detach()

    def optimiser(self, kind, groups, options):
        if self.strategy != "zero1":
            return kind(groups, lr=1.0, **options)
        from torch.distributed.optim import ZeroRedundancyOptimizer

        first, *others = groups
        made = ZeroRedundancyOptimizer(
            first["params"], kind, lr=1.0, weight_decay=first["weight_decay"], **options)
        for group in others:
            made.add_param_group(group)
        return made

    def norm(self, gradients):
        """The joint norm of gradients."""
        own = [g.to_local() if hasattr(g, "to_local") else g for g in gradients.values()]
        squares = torch.stack([g.pow(2).sum() for g in own]).sum().item()
        return (self.ranks.sum([squares])[0] if self.strategy == "fsdp" else squares) ** 0.5

    def part(self, name, array):
        """What this rank holds of an array."""
        return divided_as(array, self.parameters[name])

    def whole(self, name, array):
        """All of an array."""
        return array.full_tensor() if hasattr(array, "full_tensor") else array

    def whole_state(self, name, array):
        """All of an array of the optimiser, which this rank may not hold."""
        if array is None:
            array = torch.zeros(self.shapes[name], device=self.ranks.device)
        if self.strategy == "zero1":
            array = array.clone()
            dist.all_reduce(array)
        return self.whole(name, array)
`;
