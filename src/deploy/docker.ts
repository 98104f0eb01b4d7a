import { startArguments, type WrittenFile } from './written.ts';

/** Debian with glibc: ONNX Runtime has no binary for musl. */
const image = 'node:22-slim';

const health = (port: number): string =>
  `fetch('http://127.0.0.1:${port}/readyz').then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))`;

export const dockerfile: WrittenFile = {
  path: () => 'Dockerfile',
  text: ({ slug, port }) => `# docker build -t ${slug} .
# docker run --rm -p ${port}:${port} -e HILLOCK_TOKEN=… ${slug}      (without HILLOCK_TOKEN it asks for no token)
FROM ${image}
ENV NODE_ENV=production
WORKDIR /srv/${slug}
COPY package.json ./
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force
COPY . .
USER node
EXPOSE ${port}
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s CMD ${JSON.stringify(['node', '-e', health(port)])}
CMD ${JSON.stringify(['node', ...startArguments(slug, '0.0.0.0', port)])}
`,
};

export const dockerignore: WrittenFile = {
  path: () => '.dockerignore',
  text: () => 'node_modules\nDockerfile\n.dockerignore\n*.service\n',
};
