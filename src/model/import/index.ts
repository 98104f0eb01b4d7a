/** Networks of other programs as models of Hillock. */
import { HillockError } from '../../errors.ts';
import { type Artifact, decodeArtifact } from '../artifact.ts';
import { readSafetensors } from './arrays.ts';
import { importJson } from './json.ts';
import { fromStateDict } from './modules.ts';
import { readOnnx, readProgram } from './onnx.ts';
import { type ImportSpec, ownSpec, parseImportSpec } from './spec.ts';

export interface Imported extends Omit<Artifact, 'report'> {
  readonly notes: readonly string[];
  /** Each layer with what it is called in the file; none where the file is one of Hillock's own. */
  readonly modules: readonly (readonly [layer: string, module: string])[];
}

/** A file to import, and the description of what is in it, where there is one. */
export interface ImportFiles {
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly spec?: { readonly source: string; readonly json: string } | undefined;
}

type Reader = (files: ImportFiles) => Imported;

/** What is described; else what the file itself says, where Hillock wrote it. */
function descriptionOf({ spec, source }: ImportFiles, own: string | undefined): ImportSpec {
  if (spec) return parseImportSpec(spec.json, spec.source);
  if (own !== undefined) return ownSpec(own);
  throw new HillockError(
    'usage',
    `${source} does not say what network its weights are of`,
    'describe it in a file: --spec network.json, see docs/export.md',
  );
}

const safetensors: Reader = files => {
  const { arrays, notes, metadata } = readSafetensors(files.bytes, files.source);
  const description = descriptionOf(files, metadata.get('hillock'));
  return { spec: description.spec, notes, ...fromStateDict(description, arrays, files.source) };
};

const onnx: Reader = files => {
  const program = readProgram(files.bytes, files.source);
  if (!files.spec && program.metadata.has('hillock')) {
    const { spec, parameters } = decodeArtifact(files.bytes, files.source);
    return { spec, parameters, notes: [], modules: [] };
  }
  const description = descriptionOf(files, undefined);
  if ((description.spec.network.members ?? 1) > 1)
    throw new HillockError(
      'usage',
      'an ensemble cannot be read from an ONNX model of another program',
      'leave "members" out',
    );
  const { arrays, notes } = readOnnx(program, description, files.source);
  return {
    spec: description.spec,
    notes,
    ...fromStateDict({ ...description, names: {} }, arrays, files.source),
    modules: [],
  };
};

const json: Reader = ({ bytes, source, spec }) => {
  if (spec)
    throw new HillockError('usage', `${source} describes its network itself`, `leave ${spec.source} out (--spec)`);
  return { ...importJson(bytes, source), notes: [], modules: [] };
};

const readers: readonly { readonly extension: string; readonly read: Reader }[] = [
  { extension: '.safetensors', read: safetensors },
  { extension: '.onnx', read: onnx },
  { extension: '.json', read: json },
];

/** Reads a network of another program; throws `HillockError` kind `usage` or `model-file` that says what does not fit. */
export function importModel(files: ImportFiles): Imported {
  const reader = readers.find(({ extension }) => files.source.toLowerCase().endsWith(extension));
  if (reader) return reader.read(files);
  throw new HillockError(
    'usage',
    `${files.source} is none of ${readers.map(({ extension }) => extension).join(', ')}`,
    'of PyTorch: safetensors.torch.save_file(model.state_dict(), "weights.safetensors")',
  );
}
