import { type JobTemplate, schedulerName, torchrun } from './place.ts';

export const slurm: JobTemplate = {
  file: 'slurm.sh',
  about:
    '`sbatch slurm.sh` in this folder, which every node reaches; two minutes before the time is over it ends with its state, and goes on when it is queued again',
  write: place => `#!/bin/bash
#SBATCH --job-name=${schedulerName(place)}
#SBATCH --nodes=${place.nodes}
#SBATCH --ntasks-per-node=1
${place.gpus ? `#SBATCH --gpus-per-node=${place.nproc}\n` : ''}#SBATCH --cpus-per-task=${place.nproc}
#SBATCH --signal=TERM@120
#SBATCH --requeue
set -euo pipefail
cd "$SLURM_SUBMIT_DIR"
export OMP_NUM_THREADS=\${OMP_NUM_THREADS:-1}
MASTER=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export MASTER
srun bash -c '${torchrun(place, '"$SLURM_NNODES"', '"$SLURM_NODEID"', '"$MASTER"')}'
`,
};
