import { formatBytes } from 'hillock/draw';
import { exportAddress } from '../../api/client.ts';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { checks, offers, shownRun } from './state.ts';

const titles: Readonly<Record<string, string>> = {
  onnx: 'ONNX',
  safetensors: 'safetensors',
  torch: 'PyTorch',
  typescript: 'TypeScript, no dependencies',
  javascript: 'JavaScript, no dependencies',
  json: 'JSON',
};

/** Files for other programs, and whether they say the same. */
export function Exports() {
  const found = offers.value.value;
  const trouble = offers.trouble.value;
  return (
    <Section id="exports" title="Files for other programs">
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      <ul class="exports">
        {found?.map(({ format, about, files, refused }) => (
          <li key={format}>
            <div>
              <h3>{titles[format] ?? format}</h3>
              <p>{refused ?? about}</p>
              <Check format={format} />
            </div>
            <div class="row">
              {files.map(({ extension, bytes }) => (
                <a
                  key={extension}
                  class="button"
                  href={exportAddress(shownRun.value, format, extension)}
                  download
                  {...says(`Saves the model as ${titles[format] ?? format}.`)}
                >
                  {extension} <span>{formatBytes(bytes)}</span>
                </a>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Check({ format }: { readonly format: string }) {
  const found = checks.value.value?.find(one => one.format === format);
  if (!found) return null;
  const { rows, largestDifference } = found;
  const good = largestDifference < 1e-4;
  return (
    <p
      class={good ? 'check good' : 'check bad'}
      {...says(
        'The file was asked rows like those of training; so far its answers are at most from those of the model.',
      )}
    >
      {good ? '✓ checked' : '✗ differs'} on {rows} {rows === 1 ? 'row' : 'rows'}: largest difference{' '}
      {largestDifference === 0 ? '0' : shown(largestDifference, 2)}
    </p>
  );
}
