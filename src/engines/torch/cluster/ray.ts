import type { JobTemplate } from './place.ts';

export const ray: JobTemplate = {
  file: 'ray_job.py',
  about:
    '`ray job submit --address http://HEAD:8265 -- python3 /PATH/OF/THIS/FOLDER/ray_job.py`; every node reaches the folder',
  write: ({
    nodes,
    nproc,
    gpus,
  }) => `"""Starts torchrun on ${nodes === 1 ? 'a node' : `${nodes} nodes`} of a Ray cluster."""
import os
import subprocess
from pathlib import Path

import ray
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

HERE = Path(__file__).resolve().parent
NODES, PROCESSES = ${nodes}, ${nproc}
NEEDS = {${gpus ? '"CPU": 1, "GPU": PROCESSES' : '"CPU": PROCESSES'}}


@ray.remote(max_retries=0)
def address():
    return ray.util.get_node_ip_address()


@ray.remote(max_retries=0)
def node(rank, master):
    command = ["python3", "-m", "torch.distributed.run", "--nnodes", NODES, "--node_rank", rank, "--nproc_per_node",
               PROCESSES, "--master_addr", master, "--master_port", 29500, "train.py"]
    return subprocess.run([str(word) for word in command], cwd=HERE, env={"OMP_NUM_THREADS": "1", **os.environ}).returncode


ray.init()
group = placement_group([NEEDS] * NODES, strategy="STRICT_SPREAD" if NODES > 1 else "PACK")
ray.get(group.ready())


def on(index):
    return {"num_cpus": NEEDS["CPU"], "num_gpus": NEEDS.get("GPU", 0),
            "scheduling_strategy": PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=index)}


master = ray.get(address.options(**on(0)).remote())
codes = ray.get([node.options(**on(rank)).remote(rank, master) for rank in range(NODES)])
raise SystemExit(max(codes, key=abs))
`,
};
