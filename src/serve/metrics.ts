/** Counts and times of a service in the text format of Prometheus. */

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  lines(): Iterable<string>;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labelText = (labels: Labels): string => {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
};

/** Counts up, or takes a value in. */
export type Observe = (value: number) => void;

/** A family of counts or values: what records those of some labels, to be kept by who records often. */
export type Recorder = (labels: Labels) => Observe;

/** The entry under a key, made where there is none. */
export function kept<K, T>(all: Map<K, T>, key: K, make: () => T): T {
  const found = all.get(key);
  if (found !== undefined) return found;
  const made = make();
  all.set(key, made);
  return made;
}

export interface Metrics {
  counter(name: string, help: string): Recorder;
  /** A value that is asked for when it is read. */
  gauge(name: string, help: string, read: () => readonly (readonly [Labels, number])[]): void;
  /** Counts of values up to each bound, both included. */
  histogram(name: string, help: string, bounds: readonly number[]): Recorder;
  text(): string;
}

/** A registry of its own: two services in one process do not mix their counts. */
export function metrics(): Metrics {
  const families: Family[] = [];
  return {
    counter(name, help) {
      const counts = new Map<string, { value: number }>();
      families.push({
        name,
        type: 'counter',
        help,
        lines: () => [...counts].map(([key, { value }]) => `${name}${key} ${value}`),
      });
      return labels => {
        const count = kept(counts, labelText(labels), () => ({ value: 0 }));
        return amount => {
          count.value += amount;
        };
      };
    },
    gauge(name, help, read) {
      families.push({
        name,
        type: 'gauge',
        help,
        lines: () => read().map(([labels, value]) => `${name}${labelText(labels)} ${value}`),
      });
    },
    histogram(name, help, bounds) {
      const series = new Map<
        string,
        { readonly labels: Labels; readonly counts: number[]; sum: number; count: number }
      >();
      families.push({
        name,
        type: 'histogram',
        help,
        *lines() {
          for (const { labels, counts, sum, count } of series.values()) {
            let below = 0;
            for (const [i, bound] of bounds.entries()) {
              below += counts[i]!;
              yield `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${below}`;
            }
            yield `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`;
            yield `${name}_sum${labelText(labels)} ${sum}`;
            yield `${name}_count${labelText(labels)} ${count}`;
          }
        },
      });
      return labels => {
        const own = kept(series, labelText(labels), () => ({
          labels,
          counts: new Array<number>(bounds.length).fill(0),
          sum: 0,
          count: 0,
        }));
        return value => {
          const place = bounds.findIndex(bound => value <= bound);
          if (place >= 0) own.counts[place]!++;
          own.sum += value;
          own.count++;
        };
      };
    },
    text: () =>
      families
        .map(({ name, type, help, lines }) =>
          [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines(), ''].join('\n'),
        )
        .join(''),
  };
}
