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

export interface Counter {
  add(labels: Labels, amount?: number): void;
}

export interface Histogram {
  observe(labels: Labels, value: number): void;
}

export interface Metrics {
  counter(name: string, help: string): Counter;
  /** A value that is asked for when it is read. */
  gauge(name: string, help: string, read: () => readonly (readonly [Labels, number])[]): void;
  /** Counts of values up to each bound, both included. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  text(): string;
}

/** A registry of its own: two services in one process do not mix their counts. */
export function metrics(): Metrics {
  const families: Family[] = [];
  return {
    counter(name, help) {
      const counts = new Map<string, number>();
      families.push({
        name,
        type: 'counter',
        help,
        lines: () => [...counts].map(([key, value]) => `${name}${key} ${value}`),
      });
      return {
        add(labels, amount = 1) {
          const key = labelText(labels);
          counts.set(key, (counts.get(key) ?? 0) + amount);
        },
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
      return {
        observe(labels, value) {
          const key = labelText(labels);
          let one = series.get(key);
          if (!one) {
            one = { labels, counts: new Array<number>(bounds.length).fill(0), sum: 0, count: 0 };
            series.set(key, one);
          }
          const place = bounds.findIndex(bound => value <= bound);
          if (place >= 0) one.counts[place]!++;
          one.sum += value;
          one.count++;
        },
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
