import { startArguments, type WrittenFile } from './written.ts';

/** What npm needs to bring the runtime; the program itself is in the folder. */
export const packageFile: WrittenFile = {
  path: () => 'package.json',
  text: ({ slug, port, packages }) =>
    `${JSON.stringify(
      {
        name: `serve-${slug}`,
        private: true,
        type: 'module',
        scripts: {
          start: `node ${startArguments(slug, '127.0.0.1', port).join(' ')}`,
          smoke: 'node smoke-test.mjs',
        },
        dependencies: packages,
      },
      null,
      2,
    )}\n`,
};
