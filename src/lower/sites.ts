/** The convolutions of a graph by what is computed, so that forms can be measured, chosen and kept. */
import type { Choose, Convolved } from './form.ts';
import { sizes } from './layouts.ts';

/** A convolution or one of its gradients: what it is called, and the forms it can be computed in. */
export interface Site {
  readonly key: string;
  /** Multiply-adds of the plain form. */
  readonly macs: number;
  readonly forms: readonly string[];
  readonly taken: string;
}

/** Forms by the key of a site; those that are not there follow the rules. */
export type Choice = Readonly<Record<string, string>>;

/** The same where the same numbers are computed from maps of the same sizes. */
function keyOf({ role, x, y, kernel, moves }: Convolved): string {
  const { pads, strides, dilations, group } = moves;
  const [from, to] = [x, y].map(value => value.type.shape.join('×'));
  const lists = [pads, strides, dilations].map(list => list.join(' ')).join(', ');
  return `${role} ${from} to ${to} by ${kernel.join('×')}, ${lists}, ${group}`;
}

const macsOf = ({ x, y, kernel, moves: { group } }: Convolved): number =>
  [...sizes(y), ...kernel, sizes(x)[1]! / group].reduce((product, size) => product * size, 1);

/** Follows a choice, and tells `met` of every site that is met. */
export const chooseBy =
  (choice: Choice, met: (site: Site) => void = () => undefined): Choose =>
  (found, forms, taken) => {
    const key = keyOf(found);
    const chosen = choice[key];
    const form = chosen === undefined || forms.includes(chosen) ? chosen : forms.at(-1);
    met({ key, macs: macsOf(found), forms, taken: form ?? taken });
    return form;
  };
