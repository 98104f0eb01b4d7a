/** learner.py of a job folder. */
export const learnerPy = `"""What the gradients of a network do to its arrays, whatever part of them a rank holds."""
import torch

OPTIMISERS = {
    "sgd": (torch.optim.SGD, lambda o: {}),
    "momentum": (torch.optim.SGD, lambda o: {"momentum": o["momentum"]}),
    "rmsprop": (torch.optim.RMSprop, lambda o: {"alpha": o["beta2"], "eps": o["epsilon"]}),
    "adam": (torch.optim.Adam, lambda o: {"betas": (o["beta1"], o["beta2"]), "eps": o["epsilon"]}),
    "adamw": (torch.optim.AdamW, lambda o: {"betas": (o["beta1"], o["beta2"]), "eps": o["epsilon"]}),
}


class Learner:
    """The optimiser of a network that is divided as parallel says."""

    def __init__(self, job, parallel, start):
        self.job, self.parallel, self.slots = job, parallel, job["slots"]
        self.named = {name: p for name, p in parallel.model.named_parameters() if p.requires_grad}
        self.masks = {
            name: parallel.part(name, start[f"mask/{name}"]) for name in self.named if f"mask/{name}" in start}
        kind, options = OPTIMISERS[job["optimizer"]]
        self.optimiser = parallel.optimiser(kind, self._groups(), options(job["optimizerOptions"]))
        # ZeroRedundancyOptimizer holds an optimiser of this rank's share.
        self.own = getattr(self.optimiser, "optim", self.optimiser)
        self._load_slots(start)

    def _groups(self):
        decays, decay = set(self.job["decays"]), self.job["optimizerOptions"]["weightDecay"]
        groups = [
            {"params": [p for name, p in self.named.items() if (name in decays) == decaying], "weight_decay": rate}
            for decaying, rate in ((True, decay), (False, 0.0))
        ]
        return [group for group in groups if group["params"]]

    def _load_slots(self, start):
        names = {id(p): name for name, p in self.named.items()}
        for group in self.own.param_groups:
            for p in group["params"]:
                name = names[id(p)]
                kept = {slot: self.parallel.part(name, start[f"{slot}/{name}"]) for slot in self.slots}
                if kept:
                    self.own.state[p] = {"step": torch.tensor(float(self.job["step"])), **kept}

    def update(self, rate):
        """One step of the optimiser along the gradients."""
        for name, mask in self.masks.items():
            self.named[name].grad.mul_(mask)
        if self.job["clip"] > 0:
            self._clip(self.job["clip"])
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()

    def _clip(self, limit):
        """Gradients scaled together so that their joint norm is at most the limit, those of each network by itself."""
        networks = {}
        for name, p in self.named.items():
            networks.setdefault(name.split(".")[1] if self.job["members"] > 1 else "", {})[name] = p.grad
        for gradients in networks.values():
            norm = self.parallel.norm(gradients)
            for g in gradients.values():
                g.mul_(limit / max(norm, limit))

    def finite(self):
        """Whether every weight of this rank is a finite number."""
        own = [p.to_local() if hasattr(p, "to_local") else p for p in self.named.values()]
        return bool(torch.stack([p.detach().isfinite().all() for p in own]).all())

    def arrays(self, names, whole):
        """The arrays of the network, if whole also those of the optimiser; every rank takes part."""
        state = self.parallel.model.state_dict()
        fixed = set(self.job["fixed"])
        found = {f"model/{name}": self.parallel.whole(name, state.get(name)) for name in names}
        for name in names if whole else ():
            for slot in self.slots if name not in fixed else ():
                kept = self.own.state.get(self.named.get(name), {}).get(slot)
                found[f"{slot}/{name}"] = self.parallel.whole_state(name, kept)
        return found
`;
