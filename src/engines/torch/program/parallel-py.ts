/** parallel.py of a job folder. */
export const parallelPy = `"""What each rank holds: all (ddp), a share of the optimiser's state (zero1), or of weights, gradients and state (fsdp)."""
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

OPTIMISERS = {
    "sgd": (torch.optim.SGD, lambda o: {}),
    "momentum": (torch.optim.SGD, lambda o: {"momentum": o["momentum"]}),
    "rmsprop": (torch.optim.RMSprop, lambda o: {"alpha": o["beta2"], "eps": o["epsilon"]}),
    "adam": (torch.optim.Adam, lambda o: {"betas": (o["beta1"], o["beta2"]), "eps": o["epsilon"]}),
    "adamw": (torch.optim.AdamW, lambda o: {"betas": (o["beta1"], o["beta2"]), "eps": o["epsilon"]}),
}


def shard(model, ranks):
    """Divides every weight of a network over the ranks; each layer is gathered where it is used."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(ranks.device.type, (ranks.world,))
    for module in list(model.modules()):
        if module is not model and next(module.parameters(recurse=False), None) is not None:
            fully_shard(module, mesh=mesh)
    return fully_shard(model, mesh=mesh)


def gathered(array):
    """All of an array that may be divided over the ranks."""
    return array.full_tensor() if hasattr(array, "full_tensor") else array


def divided_as(array, other):
    """An array divided as another one is."""
    array = array.to(other.device)
    if not hasattr(other, "full_tensor"):
        return array.clone()
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(array, other.device_mesh, other.placements)


class Learner:
    """A network, its optimiser and their arrays by name, divided over ranks as the strategy says."""

    def __init__(self, job, ranks, model, start):
        self.job, self.ranks, self.model = job, ranks, model
        self.slots = job["slots"]
        fixed = set(job["fixed"])
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name not in fixed)
        if job["strategy"] == "fsdp":
            self.replica = shard(model, ranks)
        else:
            device_ids = [ranks.local] if ranks.device.type == "cuda" else None
            self.replica = DistributedDataParallel(model, device_ids=device_ids, gradient_as_bucket_view=True)
        self.named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        self.masks = {
            name: divided_as(start[f"mask/{name}"], p) for name, p in self.named if f"mask/{name}" in start}
        self.optimiser = self._optimiser()
        # ZeroRedundancyOptimizer holds an optimiser of this rank's share.
        self.own = getattr(self.optimiser, "optim", self.optimiser)
        self._load_slots(start)

    def _optimiser(self):
        kind, options = OPTIMISERS[self.job["optimizer"]]
        settings = self.job["optimizerOptions"]
        decays = set(self.job["decays"])
        groups = [
            {"params": [p for name, p in self.named if (name in decays) == decaying], "weight_decay": decay}
            for decaying, decay in ((True, settings["weightDecay"]), (False, 0.0))
        ]
        groups = [group for group in groups if group["params"]]
        if self.job["strategy"] == "zero1":
            from torch.distributed.optim import ZeroRedundancyOptimizer

            first, *others = groups
            made = ZeroRedundancyOptimizer(
                first["params"], kind, lr=1.0, weight_decay=first["weight_decay"], **options(settings))
            for group in others:
                made.add_param_group(group)
            return made
        return kind(groups, lr=1.0, **options(settings))

    def _load_slots(self, start):
        names = {id(p): name for name, p in self.named}
        for group in self.own.param_groups:
            for p in group["params"]:
                kept = {slot: divided_as(start[f"{slot}/{names[id(p)]}"], p) for slot in self.slots}
                if kept:
                    self.own.state[p] = {"step": torch.tensor(float(self.job["step"])), **kept}

    def update(self, rate):
        """One step of the optimiser along the gradients."""
        for name, p in self.named:
            if name in self.masks:
                p.grad.mul_(self.masks[name])
        if self.job["clip"] > 0:
            self._clip(self.job["clip"])
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()

    def _clip(self, limit):
        """Gradients scaled together so that their joint norm is at most the limit, those of each network by itself."""
        networks = {}
        for name, p in self.named:
            networks.setdefault(name.split(".")[1] if self.job["members"] > 1 else "", []).append(p.grad)
        for gradients in networks.values():
            norm = sum(gathered(g.pow(2).sum()) for g in gradients).sqrt().item()
            for g in gradients:
                g.mul_(limit / max(norm, limit))

    def finite(self):
        """Whether every weight of this rank is a finite number."""
        own = [p.to_local() if hasattr(p, "to_local") else p for _, p in self.named]
        return bool(torch.stack([p.detach().isfinite().all() for p in own]).all())

    def arrays(self, names, whole):
        """The arrays of the network, if whole also those of the optimiser; every rank takes part."""
        state = self.model.state_dict()
        found = {f"model/{name}": gathered(state[name]) for name in names}
        for name, p in self.named if whole else ():
            for slot in self.slots:
                kept = self.own.state[p].get(slot) if p in self.own.state else None
                array = gathered(torch.zeros_like(p) if kept is None else kept.detach().clone())
                if self.own is not self.optimiser:
                    dist.all_reduce(array)
                found[f"{slot}/{name}"] = array
        return found
`;
