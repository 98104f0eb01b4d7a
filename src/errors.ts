/** What went wrong, as the command line reports it by exit code. */
export type ErrorKind =
  | 'usage'
  | 'data'
  | 'model-file'
  | 'diverged'
  | 'device'
  | 'target-not-reached'
  | 'interrupted'
  | 'unexpected';

/** Exit code of each kind of error (the command line's contract). */
export const exitCodes: Record<ErrorKind, number> = {
  unexpected: 1,
  usage: 2,
  data: 3,
  'model-file': 4,
  diverged: 5,
  device: 6,
  'target-not-reached': 7,
  interrupted: 130,
};

/**
 * An error written for a person: `message` says what was expected, what was found and where;
 * `hint` says what to do next.
 */
export class HillockError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HillockError';
    this.kind = kind;
    this.hint = hint;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'it is a folder',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is too large for this file system',
};

/** Why a path cannot be written, for a person. */
export function cannotWrite(path: string, cause: unknown): HillockError {
  const code = (cause as { readonly code?: string }).code ?? '';
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new HillockError(
    'data',
    `cannot write ${path}: ${reason}`,
    'choose another folder with --out; earlier files are as they were',
    { cause },
  );
}

/** The entry of `candidates` closest to `word` by edit distance, when it is close enough to be a slip. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
