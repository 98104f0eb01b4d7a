/** What is written about one deployment, each file by itself. */

export interface Deployment {
  /** The model's name in letters that images, units and paths may have. */
  readonly slug: string;
  readonly target: string;
  readonly port: number;
  /** Packages that serving this model needs, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
}

export interface WrittenFile {
  /** Its path in the folder. */
  path(deployment: Deployment): string;
  text(deployment: Deployment): string;
}

/** How the service is started in the folder. */
export const startArguments = (slug: string, host: string, port: number): readonly string[] => [
  'hillock/bin/hillock.js',
  'serve',
  `${slug}=model.onnx`,
  '--host',
  host,
  '--port',
  String(port),
];

/** A name in letters that images, units and paths may have: a-z, 0-9, -, at least one. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'model';
