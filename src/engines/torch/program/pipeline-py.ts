/** parallel.py of a job whose layers stand on different ranks. */
export const pipelinePy = `"""Each rank holds a stage: layers one after the other, whose outputs go on to the next rank.

The rows of a step go through in micro-batches, all of them forward, then all of them backward (GPipe, Huang et al. 2019).
Each brings its part of the loss of all rows and gradients add up, so a step is that of all its rows.
"""
import torch
import torch.distributed as dist

from model import STAGES
from ranks import share


def network(job, ranks):
    """This rank's stage of the network."""
    if ranks.world != len(STAGES):
        raise SystemExit(f"the job was written for {len(STAGES)} processes, one a stage; it was started with {ranks.world}")
    torch.manual_seed(job["seed"] * 1000003 + ranks.rank + job["step"])
    return STAGES[ranks.rank]()


class Parallel:
    """A stage of a network."""

    def __init__(self, job, ranks, model, shapes):
        self.job, self.ranks, self.model, self.shapes = job, ranks, model.to(ranks.device), shapes
        self.first, self.last = ranks.rank == 0, ranks.rank == ranks.world - 1
        self.sent = []

    def _send(self, array, rank):
        array = array.detach().float().contiguous()
        self.sent.append((dist.isend(array, rank), array))

    def _receive(self, rows, stage, rank):
        """What a stage puts out for so many rows, or the gradient of that."""
        networks = [self.job["members"]] if self.job["members"] > 1 else []
        array = torch.empty([*networks, rows, *self.job["stages"][stage]], device=self.ranks.device)
        dist.recv(array, rank)
        return array

    def learn(self, rows, inputs, loss):
        """Leaves the gradients of all rows; gives this rank's part of their loss, which the last one has."""
        rank, micros = self.ranks.rank, self.job["microBatches"]
        pieces = [rows[share(len(rows), i, micros)] for i in range(micros)]
        passed = []
        for piece in pieces:
            x = inputs(piece) if self.first else self._receive(len(piece), rank - 1, rank - 1).requires_grad_()
            with self.ranks.autocast():
                y = self.model(x)
            passed.append((x, y))
            if not self.last:
                self._send(y, rank + 1)
        part = torch.zeros((), device=self.ranks.device)
        for i, piece in enumerate(pieces):
            (x, y), passed[i] = passed[i], None
            if self.last:
                own = loss(y, piece)
                own.backward()
                part += own.detach()
            else:
                y.backward(self._receive(len(piece), rank, rank + 1).to(y.dtype))
            if not self.first:
                self._send(x.grad, rank - 1)
        for work, _ in self.sent:
            work.wait()
        self.sent.clear()
        return part

    def optimiser(self, kind, groups, options):
        return kind(groups, lr=1.0, **options)

    def norm(self, gradients):
        """The joint norm of the gradients of all stages."""
        squares = torch.stack([g.pow(2).sum() for g in gradients.values()]).sum().item()
        return self.ranks.sum([squares])[0] ** 0.5

    def part(self, name, array):
        """An array of this stage."""
        return array.to(self.ranks.device, copy=True)

    def whole(self, name, array):
        """An array of any stage; the others have None."""
        if array is None:
            array = torch.zeros(self.shapes[name], device=self.ranks.device)
        array = array.detach().float().clone()
        dist.all_reduce(array)
        return array

    def whole_state(self, name, array):
        """An array of the optimiser of any stage."""
        return self.whole(name, array)
`;
