import { HillockError } from '../../errors.ts';
import type { NetworkSpec } from '../../nn/index.ts';

/** A network that a file describes; throws `HillockError` kind `usage` that begins with `what` it is for. */
export async function readNetworkFile(path: string, what: string): Promise<NetworkSpec> {
  const { readFile } = await import('node:fs/promises');
  const { parseNetwork } = await import('../../nn/index.ts');
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HillockError('usage', `${what}: there is no file ${path} that can be read`, undefined, { cause });
  });
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (cause) {
    throw new HillockError(
      'usage',
      `${what}: ${path} is not valid JSON: ${cause instanceof Error ? cause.message : cause}`,
      'for example {"layers": [{"kind": "dense", "units": 32, "activation": "relu"}]}',
    );
  }
  try {
    return parseNetwork(data);
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    throw new HillockError(error.kind, `${what}: ${path}: ${error.message}`, error.hint, { cause: error });
  }
}
