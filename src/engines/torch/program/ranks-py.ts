/** ranks.py of a job folder. */
export const ranksPy = `"""The processes (ranks) of a job: how they find one another, agree and end together."""
import fcntl
import os
import signal
import socket
import struct
import threading
import time
from datetime import timedelta

import torch
import torch.distributed as dist


def interface_to(host):
    """The network interface that leads to a host, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, 9))
        own = probe.getsockname()[0]
        for _, name in socket.if_nameindex():
            try:
                found = fcntl.ioctl(probe, 0x8915, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue
            if socket.inet_ntoa(found[20:24]) == own:
                return name
    return None


def share(rows, rank, world):
    """The places of a step's rows that are those of a rank; shares differ by one row at most."""
    return slice(rows * rank // world, rows * (rank + 1) // world)


def fingerprint(array, size=1 << 20):
    """Sums of what an array holds, which tell arrays apart although the last bits of their numbers may differ."""
    plain = squares = 0.0
    flat = array.reshape(-1)
    for begin in range(0, len(flat), size):
        piece = flat[begin:begin + size].double().nan_to_num()
        places = torch.arange(begin, begin + len(piece), dtype=torch.float64) % 1009 + 1
        plain += (piece.abs() * places).sum().item()
        squares += ((piece + 1) ** 2 * places).sum().item()
    return [plain, squares]


class Ranks:
    """This process among those of the job; torchrun tells it by RANK, LOCAL_RANK, WORLD_SIZE and MASTER_ADDR."""

    def __init__(self, job):
        self.rank, self.world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        self.local, self.precision = int(os.environ["LOCAL_RANK"]), job["precision"]
        # Hillock that follows the job on each machine, at the other end of a pipe; a cluster's job tells of itself once.
        self.followed = "HILLOCK_FOLLOWS" in os.environ
        self.tells = self.local == 0 if self.followed else self.rank == 0
        cuda = torch.cuda.is_available() if job["device"] == "auto" else job["device"] == "cuda"
        self.device = torch.device("cuda", self.local) if cuda else torch.device("cpu")
        self.backend = "nccl" if cuda else "gloo"
        if cuda:
            torch.cuda.set_device(self.device)
        interface = interface_to(os.environ["MASTER_ADDR"])
        if interface:
            os.environ.setdefault("GLOO_SOCKET_IFNAME", interface)
            if interface != "lo":
                os.environ.setdefault("NCCL_SOCKET_IFNAME", interface)
        self.stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        if self.followed:
            threading.Thread(target=self._end_with_follower, daemon=True).start()
        dist.init_process_group(self.backend, timeout=timedelta(seconds=job["timeout"]))

    def _end_with_follower(self):
        """The pipe ends when who follows the job is gone."""
        os.read(int(os.environ["HILLOCK_FOLLOWS"]), 1)
        self.stopping.set()
        time.sleep(20)
        os._exit(1)

    def autocast(self):
        """What products are made of: float32, or bfloat16."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.precision == "bf16")

    def sum(self, numbers):
        """The sum over all ranks of each of some numbers, in double precision."""
        total = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        dist.all_reduce(total)
        return total.tolist()

    def any(self, flag):
        """Whether a flag is up in some rank."""
        return self.sum([float(flag)])[0] > 0

    def check_same(self, digest):
        """Ends the job where ranks were given different ones."""
        own = [int(digest[i:i + 8], 16) for i in range(0, 32, 8)]
        if self.any([self.world * number for number in own] != self.sum(own)):
            raise SystemExit("the machines do not have the same job: data, network, options or checkpoint differ")

    def check_alike(self, what, arrays):
        """Ends the job where arrays of ranks differ by more than two processors may."""
        own = [number for array in arrays.values() for number in fingerprint(array)]
        mean = [number / self.world for number in self.sum(own)]
        if self.any(any(abs(a - b) > 1e-4 * abs(b) + 1e-9 for a, b in zip(own, mean))):
            raise SystemExit(f"the machines do not have the same {what}")
`;
