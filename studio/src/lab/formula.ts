/** Formulas that a person types: numbers, + − × / ^, brackets, some functions and names; nothing is run as a program. */

export type Formula = (values: Readonly<Record<string, number>>) => number;

const functions: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
};
const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** Thrown on what is no formula; the message says where. */
export class NoFormula extends Error {}

/** Reads a formula of the given names. */
export function readFormula(text: string, names: readonly string[]): Formula {
  const tokens = text.replaceAll('−', '-').match(/\d+(?:\.\d+)?|\.\d+|[a-z]+\d?|[-+*/^()]|\S/gi) ?? [];
  let at = 0;
  const fail = (expected: string): never => {
    throw new NoFormula(`expected ${expected}, found ${tokens[at] === undefined ? 'the end' : `“${tokens[at]}”`}`);
  };
  const take = (token: string): boolean => tokens[at] === token && ++at > 0;
  const sum = (): Formula => {
    let left = product();
    for (;;) {
      const sign = take('+') ? 1 : take('-') ? -1 : 0;
      if (sign === 0) return left;
      const [a, b] = [left, product()];
      left = values => a(values) + sign * b(values);
    }
  };
  const product = (): Formula => {
    let left = signed();
    for (;;) {
      const times = take('*');
      if (!times && !take('/')) return left;
      const [a, b] = [left, signed()];
      left = times ? values => a(values) * b(values) : values => a(values) / b(values);
    }
  };
  const signed = (): Formula => {
    if (!take('-')) return power();
    const of = signed();
    return values => -of(values);
  };
  const power = (): Formula => {
    const base = single();
    if (!take('^')) return base;
    const exponent = signed();
    return values => base(values) ** exponent(values);
  };
  const single = (): Formula => {
    const token = tokens[at] ?? fail('a number or a name');
    if (take('(')) {
      const inside = sum();
      if (!take(')')) fail('a closing bracket');
      return inside;
    }
    if (/^[\d.]/.test(token)) {
      at++;
      const value = Number(token);
      return () => value;
    }
    const name = token.toLowerCase();
    if (Object.hasOwn(functions, name)) {
      at++;
      if (!take('(')) fail(`an opening bracket after ${name}`);
      const inside = sum();
      if (!take(')')) fail('a closing bracket');
      const f = functions[name]!;
      return values => f(inside(values));
    }
    if (names.includes(name)) {
      at++;
      return values => values[name]!;
    }
    if (Object.hasOwn(constants, name)) {
      at++;
      const value = constants[name]!;
      return () => value;
    }
    return fail(`a number, ${names.join(', ')} or one of ${Object.keys(functions).join(', ')}`);
  };
  const whole = sum();
  if (at < tokens.length) fail('an operator');
  return whole;
}
