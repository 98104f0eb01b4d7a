import { bound, boundWhole } from '../../parts/bound.ts';
import { Choice } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Section.tsx';
import { fixed, whole } from '../../state/format.ts';
import { report, seed, setUse, table, testShare, timeColumn } from './state.ts';

/** Which rows are held out to judge the network. */
export function Split() {
  const columns = table.value?.columns.filter(({ type }) => type !== 'text').map(({ column }) => column) ?? [];
  const rows = report.value.value?.rows ?? 0;
  const own = report.value.value?.kind === 'images' && report.value.value.testRows > 0;
  const test = Math.round(rows * testShare.value);
  const things = table.value ? 'rows' : 'images';
  if (own) return null;
  return (
    <Section id="split" title="Held out for the test">
      <div
        class="split-bar"
        role="img"
        aria-label={`${whole(rows - test)} ${things} to learn from, ${whole(test)} for the test`}
      >
        <i class="part" style={{ flexGrow: rows - test }}>
          learn {whole(rows - test)}
        </i>
        <i class="part test" style={{ flexGrow: test }}>
          {test > 0 && `test ${whole(test)}`}
        </i>
      </div>
      <div class="fields">
        <NumberField
          label="Test share"
          {...bound(testShare)}
          low={0}
          high={0.5}
          step={0.05}
          least={0}
          most={0.9}
          says={`${fixed(testShare.value * 100, 0)} % of the ${things} are never learned from: on them the network is judged at the end.`}
        />
        {table.value && (
          <Choice
            label="How"
            value={timeColumn.value}
            options={[
              { value: '', title: 'at random, each class in proportion' },
              ...columns.map(name => ({ value: name, title: `the latest by ${name}` })),
            ]}
            onChange={value => setUse(value || timeColumn.value, value ? 'time' : 'input')}
            says="At random, or the latest rows: what is to be predicted lies in the future, so it should be judged on it."
          />
        )}
        <NumberField
          label="Seed"
          {...boundWhole(seed)}
          step={1}
          least={0}
          most={2 ** 31 - 1}
          says="The seed of all randomness: the same seed gives the same parts and the same weights."
        />
      </div>
      <p class="note">
        Of the {things} to learn from a part chooses the best epoch; on small tables the members of the ensemble do that
        by turns.
      </p>
    </Section>
  );
}
