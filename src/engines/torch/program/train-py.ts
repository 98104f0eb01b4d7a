/** train.py of a job folder. */
export const trainPy = `"""Trains the network of model.py on the data of this folder, as job.json says:

    python -m torch.distributed.run --nproc_per_node 2 train.py

The processes (ranks) divide the work as parallel.py says; each step learns from all of its rows. What happens is told line by
line in out/events.jsonl, states of the network are written beside it. SIGTERM, SIGINT or a file out/stop ends the training
with its state. Started again, it goes on from its last whole state; a file out/stop is gone when it has ended.
"""
import json
import math
import os
import time
import traceback
from pathlib import Path

import torch

from arrays import read_arrays, write_arrays
from learner import Learner
from model import inputs, row_losses
from parallel import Parallel, network
from ranks import Ranks

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"
SECONDS = 0.15  # between two agreements of the ranks


def tell(ranks, event, **fields):
    if ranks.tells:
        with open(OUT / "events.jsonl", "a") as file:
            file.write(json.dumps({"event": event, **fields}) + "\\n")


def last_state():
    """The last whole state that was told, and the events up to it."""
    path = OUT / "events.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    for i in range(len(lines), 0, -1):
        try:
            event = json.loads(lines[i - 1])
        except ValueError:
            continue
        if event.get("whole") and (OUT / event["file"]).exists():
            return event, lines[:i]
    return None, []


def go_on(job, ranks, start):
    """The arrays to begin with: those of the last whole state, where there is one."""
    event, lines = last_state()
    step = event["step"] if event else job["step"]
    if ranks.any(ranks.sum([step])[0] != ranks.world * step):
        raise SystemExit("the machines see different states in out: let them share the folder, or empty out on each")
    if ranks.tells and (OUT / "events.jsonl").exists():
        (OUT / "events.jsonl").write_text("".join(line + "\\n" for line in lines))
    job["step"] = step
    return {**start, **read_arrays(OUT / event["file"])} if event else start


class Training:
    def __init__(self, job, ranks):
        self.job, self.ranks = job, ranks
        data = read_arrays(HERE / "data.safetensors")
        ranks.check_alike("data", data)
        self.data = {name: array.to(ranks.device) for name, array in data.items()}
        plan = read_arrays(HERE / "plan.safetensors")
        self.plan, self.rates = plan["rows"], plan["rates"].tolist()
        start = read_arrays(HERE / "start.safetensors")
        if not ranks.followed:
            start = go_on(job, ranks, start)
        ranks.check_alike("weights to begin with", start)
        weights = {name[6:]: array for name, array in start.items() if name.startswith("model/")}
        model = network(job, ranks)
        held = model.state_dict()
        model.load_state_dict({name: array for name, array in weights.items() if name in held})
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name not in job["fixed"])
        for path, module in model.named_modules():
            module.training = path not in job["frozen"]
        self.names = list(weights)
        self.parallel = Parallel(job, ranks, model, {name: array.shape for name, array in weights.items()})
        self.learner = Learner(job, self.parallel, start)
        self.step, self.chunk, self.saved = job["step"], 4, time.monotonic()

    def inputs(self, rows):
        return inputs(self.data["x"][rows])

    def loss(self, y, rows):
        """The part that some rows of a step have in its loss."""
        losses = row_losses(y.float(), self.data["y"][rows])
        if "row_weights" in self.data:
            losses = losses * self.data["row_weights"][rows].T.reshape(losses.shape)
        return losses.sum() / self.job["rowsLearned"]

    def one(self, step):
        """One step: this rank's part of the loss of all its rows."""
        rows = self.plan[step].long().to(self.ranks.device)
        self.learner.optimiser.zero_grad()
        loss = self.parallel.learn(rows, self.inputs, self.loss)
        self.learner.update(self.rates[step])
        return loss

    def several(self):
        """Steps until the ranks agree again; whether training goes on."""
        job, ranks = self.job, self.ranks
        per_epoch = job["stepsPerEpoch"]
        size = min(self.chunk, per_epoch - self.step % per_epoch)
        began = time.perf_counter()
        losses = torch.stack([self.one(self.step + i) for i in range(size)]).double().tolist()
        seconds = time.perf_counter() - began
        stop = ranks.stopping.is_set() or (ranks.tells and (OUT / "stop").exists())
        wanted = max(1, min(4096, round(SECONDS / max(seconds, 1e-6) * size), 8 * size))
        due = time.monotonic() - self.saved >= job["checkpointEvery"]
        first = ranks.rank == 0
        *losses, stop, broken, wanted, due = ranks.sum(
            [*losses, stop, not self.learner.finite(), wanted if first else 0, due if first else 0])
        losses = [loss / job["members"] for loss in losses]
        bad = next((i for i, loss in enumerate(losses) if not math.isfinite(loss)), None)
        if bad is not None or broken:
            step = self.step + (size if bad is None else bad + 1)
            tell(ranks, "diverged", step=step, what="weights" if bad is None else "loss")
            return False
        self.step, self.chunk = self.step + size, int(wanted)
        tell(ranks, "step", step=self.step, losses=losses, seconds=seconds)
        if self.step % per_epoch == 0:
            self.save("epoch", bool(due) or bool(stop) or self.step == job["steps"])
            self.wait(self.step // per_epoch)
        elif stop:
            self.save("state", True)
        if stop:
            tell(ranks, "stopped", step=self.step)
        return not stop

    def save(self, event, whole):
        arrays = self.learner.arrays(self.names, whole)
        if whole:
            self.saved = time.monotonic()
        if self.ranks.tells:
            file = f"state-{self.step:09d}.safetensors"
            write_arrays(OUT / file, arrays)
            tell(self.ranks, event, step=self.step, file=file, whole=whole)

    def wait(self, epoch):
        """Stays at most two epochs ahead of who judges them."""
        def behind():
            if not self.ranks.tells or not self.ranks.followed or self.ranks.stopping.is_set():
                return False
            return not (OUT / "stop").exists() and int((OUT / "judged").read_text() or 0) < epoch - 2

        while self.ranks.any(behind()):
            time.sleep(0.005)

    def run(self):
        job, ranks = self.job, self.ranks
        tell(ranks, "start", step=self.step, world=ranks.world, backend=ranks.backend, device=ranks.device.type,
             torch=torch.__version__, threads=torch.get_num_threads())
        try:
            while self.step < job["steps"]:
                if not self.several():
                    return
            tell(ranks, "end", step=self.step)
        finally:
            if ranks.tells and not ranks.followed:
                (OUT / "stop").unlink(missing_ok=True)


def main():
    job = json.loads((HERE / "job.json").read_text())
    OUT.mkdir(exist_ok=True)
    rank = os.environ["RANK"]
    try:
        ranks = Ranks(job)
        ranks.check_same(job["digest"])
        Training(job, ranks).run()
    except BaseException as error:
        (OUT / f"error-{rank}.txt").write_text(f"{type(error).__name__}: {error}\\n\\n{traceback.format_exc()}")
        time.sleep(1)  # torchrun names the first rank that ends, which must not be one that has only lost another
        raise


if __name__ == "__main__":
    main()
`;
