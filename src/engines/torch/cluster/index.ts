/** The files that start an exported job on a cluster, and what is said about them. Node only. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../../model/index.ts';
import { kubeflow } from './kubeflow.ts';
import type { JobPlace, JobTemplate } from './place.ts';
import { ray } from './ray.ts';
import { slurm } from './slurm.ts';
import { ssh } from './ssh.ts';

export type { JobPlace, JobTemplate } from './place.ts';

/** Every way to start an exported job. */
export const jobTemplates: readonly JobTemplate[] = [slurm, kubeflow, ray, ssh];

const readme = ({ name, nproc }: JobPlace): string => `# ${name} on PyTorch distributed

A training with its data, its first weights and the order of its rows. \`model.py\` is the network, \`train.py\` trains it as
\`job.json\` says. It needs Python 3.9 and PyTorch 1.13 or later, nothing else.

    python3 -m torch.distributed.run --nproc_per_node ${nproc} train.py

${jobTemplates.map(({ file, about }) => `- \`${file}\`: ${about}.`).join('\n')}

With torch 1.13 on Python 3.11, as Debian 12 has them, torchrun fails at once unless it is given \`-r 1 -t 1\`.

\`out/events.jsonl\` tells what happens; \`out\` holds the weights after every epoch. It goes on from there when it is started
again. When it has ended, bring the folder back:

    hillock train --collect FOLDER
`;

/** Writes the files that start a job into its folder; gives their names. */
export async function writeTemplates(folder: string, place: JobPlace): Promise<readonly string[]> {
  for (const { file, write } of jobTemplates) await writeWhole(join(folder, file), write(place));
  await writeWhole(join(folder, 'README.md'), readme(place));
  for (const { file } of jobTemplates.filter(({ file }) => file.endsWith('.sh')))
    await chmod(join(folder, file), 0o755);
  return [...jobTemplates.map(({ file }) => file), 'README.md'];
}
