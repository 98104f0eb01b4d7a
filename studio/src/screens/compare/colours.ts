/** Which colour each run has: that which it had before, as long as no other has taken it. */
export function coloursOf(before: ReadonlyMap<string, number>, runs: readonly string[]): ReadonlyMap<string, number> {
  const now = new Map<string, number>();
  const taken = new Set<number>();
  const give = (run: string, colour: number): void => {
    now.set(run, colour);
    taken.add(colour);
  };
  for (const run of runs) {
    const known = before.get(run);
    if (known !== undefined && !taken.has(known)) give(run, known);
  }
  for (const run of runs) {
    if (now.has(run)) continue;
    let free = 0;
    while (taken.has(free)) free++;
    give(run, free);
  }
  return new Map([...before, ...now]);
}
