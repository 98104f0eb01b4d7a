/** Where an exported job may run. */
export interface JobPlace {
  readonly name: string;
  readonly nodes: number;
  /** Processes of each machine. */
  readonly nproc: number;
  /** Whether each process has a GPU. */
  readonly gpus: boolean;
}

/** A file of an exported job that starts it somewhere. */
export interface JobTemplate {
  readonly file: string;
  /** What it is for, and how it is used. */
  readonly about: string;
  write(place: JobPlace): string;
}

/** A name that schedulers take: lower case, digits and hyphens. */
export const schedulerName = ({ name }: JobPlace): string =>
  `hillock-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.slice(0, 50).replace(/-+$/, '');

/** The start of the ranks of a machine. */
export const torchrun = ({ nproc }: JobPlace, nodes: string, nodeRank: string, master: string): string =>
  `python3 -m torch.distributed.run --nnodes ${nodes} --node_rank ${nodeRank} --nproc_per_node ${nproc} --master_addr ${master} --master_port 29500 train.py`;
