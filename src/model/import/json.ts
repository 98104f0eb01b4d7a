/** The JSON form of a model, as the export writes it. */
import { z } from 'zod';
import { HillockError } from '../../errors.ts';
import { f32, sizeOf } from '../../graph/index.ts';
import { type Artifact, decodeArtifact, encodeArtifact } from '../artifact.ts';
import { parseModelSpec } from '../spec.ts';

const schema = z.object({
  format: z.literal('hillock'),
  version: z.literal(1),
  spec: z.unknown(),
  parameters: z.record(
    z.string(),
    z
      .object({ shape: z.array(z.int().min(0)).max(8), data: z.array(z.number()) })
      .refine(({ shape, data }) => sizeOf(shape) === data.length, 'its numbers do not fill its shape'),
  ),
});

/** Reads a model back from its JSON; throws `HillockError` kind `model-file` when it is not one. */
export function importJson(bytes: Uint8Array, source: string): Pick<Artifact, 'spec' | 'parameters'> {
  const broken = (what: string): HillockError =>
    new HillockError('model-file', `${source} is not a model in JSON: ${what}`, 'hillock export --to json writes one');
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw broken('it is no JSON');
  }
  const result = schema.safeParse(data, { jitless: true });
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw broken(`${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const parameters = new Map(
    Object.entries(result.data.parameters).map(([name, array]) => [name, f32(array.data, array.shape)]),
  );
  // Shapes and target are checked as those of a model file.
  const { spec, parameters: own } = decodeArtifact(
    encodeArtifact(parseModelSpec(JSON.stringify(result.data.spec)), parameters),
    source,
  );
  return { spec, parameters: own };
}
