/** Words that neither JavaScript nor Python takes as a name. */
const keywords =
  'and as assert async await break case catch class const continue debugger def default del delete do elif else enum ' +
  'eval except export extends finally for from function global if implements import in instanceof interface is lambda ' +
  'let match new nonlocal not null or package pass print private protected public raise return static super switch ' +
  'this throw true false try type typeof undefined var void while with yield arguments None True False NaN Infinity';

/** A name in code for each name of a person: letters, digits and _, none twice, none of `taken`. */
export function identifiers(names: readonly string[], taken: Iterable<string> = []): readonly string[] {
  const used = new Set([...keywords.split(' '), ...taken]);
  return names.map((name, i) => {
    const plain = name
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 40);
    const first = /^[A-Za-z]/.test(plain) ? plain : `column_${plain || i + 1}`;
    let free = first;
    for (let n = 2; used.has(free); n++) free = `${first}_${n}`;
    used.add(free);
    return free;
  });
}
