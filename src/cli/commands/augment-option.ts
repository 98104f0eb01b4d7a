import { didYouMean, HillockError } from '../../errors.ts';
import { type Augmentation, type AugmentKind, augmentKinds } from '../../train/augment-kinds.ts';

/** `shift=2,flip` as an augmentation; `none` is an empty one. */
export function augmentOf(text: string): Augmentation {
  if (text.trim() === 'none') return {};
  const found: Record<string, string | number> = {};
  for (const item of text.split(',').map(part => part.trim())) {
    const [name = '', ...rest] = item.split('=');
    const kind = augmentKinds.find(known => known.name === name.trim());
    if (!kind) throw unknown(name.trim());
    if (kind.name in found) throw new HillockError('usage', `--augment: ${kind.name} is given more than once`);
    found[kind.name] = amountOf(kind, rest.length === 0 ? undefined : rest.join('=').trim());
  }
  return found as Augmentation;
}

function amountOf(kind: AugmentKind, given: string | undefined): string | number {
  const amount = given === undefined ? kind.usual : /^[\d.]+$/.test(given) ? Number(given) : given;
  const result = kind.schema.safeParse(amount);
  if (result.success) return result.data;
  throw new HillockError(
    'usage',
    given === undefined
      ? `--augment: ${kind.name} needs an amount`
      : `--augment: ${kind.name}=${given} is not possible: ${result.error.issues[0]!.message}`,
    `${usageOf(kind)}: ${kind.about}`,
  );
}

/** How it is written: `shift=PIXELS`, `flip`. */
const usageOf = ({ name, value, usual }: AugmentKind): string => (usual === undefined ? `${name}=${value}` : name);

function unknown(name: string): HillockError {
  const names = augmentKinds.map(kind => kind.name);
  const near = didYouMean(name, names);
  return new HillockError(
    'usage',
    name === '' ? '--augment: an item is empty' : `--augment: there is no ${JSON.stringify(name)}`,
    near
      ? `did you mean ${near}?`
      : `write it like shift=2,flip; there are ${augmentKinds.map(usageOf).join(', ')}, or none`,
  );
}
