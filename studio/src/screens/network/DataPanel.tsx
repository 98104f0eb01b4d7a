import { classColour, markPath } from 'hillock/draw';
import { type DataName, dataKinds, dataNames, reach, samplesOf } from '../../lab/data.ts';
import { featureNames, features } from '../../lab/features.ts';
import { Button } from '../../parts/Button.tsx';
import { bound, boundWhole } from '../../parts/bound.ts';
import { Canvas } from '../../parts/Canvas.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { says } from '../../state/says.ts';
import {
  count,
  dataName,
  dataSeed,
  drawnPoints,
  formula,
  formulaProblem,
  given,
  noise,
  samples,
  testCount,
  testShare,
} from './data.ts';
import { OwnTable } from './OwnTable.tsx';

/** What there is to learn from, and what of it the network is given. */
export function DataPanel() {
  const { own } = dataKinds[dataName.value];
  return (
    <Section id="data" title="Data">
      <div class="thumbs" role="group" aria-label="Data set">
        {dataNames.map(name => (
          <Thumb key={name} name={name} />
        ))}
      </div>
      {dataName.value === 'formula' && (
        <label class="stack">
          <span>1 where y &gt;</span>
          <input
            type="text"
            value={formula.value}
            aria-invalid={formulaProblem.value !== undefined}
            onInput={event => {
              formula.value = event.currentTarget.value;
            }}
            {...says(
              'A formula of x, such as sin(2*x), x^2 − 1 or abs(x): numbers, + − * / ^, brackets, sin cos tan exp log sqrt abs, pi.',
            )}
          />
        </label>
      )}
      {dataName.value === 'formula' && formulaProblem.value && <Problem message={formulaProblem.value} />}
      {own === 'table' && <OwnTable />}
      {own === 'points' && (
        <div class="row">
          <Button
            onClick={() => {
              drawnPoints.value = [];
            }}
            says="Takes all your points away."
          >
            Clear points
          </Button>
        </div>
      )}
      {!own && (
        <div class="fields">
          <NumberField
            label="samples"
            {...boundWhole(count)}
            low={20}
            high={500}
            step={10}
            least={8}
            most={2000}
            says="How many samples there are."
          />
          <NumberField
            label="noise"
            {...bound(noise)}
            low={0}
            high={1}
            step={0.05}
            least={0}
            most={2}
            says="How far samples are shaken from their place; in regression, how far their values are."
          />
          <div class="row">
            <Button
              onClick={() => {
                dataSeed.value += 1;
              }}
              says="Draws other samples of the same kind."
            >
              Other samples
            </Button>
          </div>
        </div>
      )}
      <div class="fields">
        <NumberField
          label="test share"
          {...bound(testShare)}
          low={0}
          high={0.9}
          step={0.05}
          least={0}
          most={0.9}
          says="The share of samples that nothing is learned from: on them one sees what the network makes of what it has not seen."
        />
      </div>
      <p class="note">
        {samples.value.length - testCount.value} to learn from, {testCount.value} to test
      </p>
      {own !== 'table' && <Inputs />}
    </Section>
  );
}

/** What of each place the network is given. */
function Inputs() {
  return (
    <>
      <h3>Inputs</h3>
      <div class="row inputs" role="group" aria-label="Inputs of the network">
        {featureNames.map(name => (
          <Button
            key={name}
            pressed={given.value.includes(name)}
            disabled={given.value.length === 1 && given.value[0] === name}
            onClick={() => {
              given.value = featureNames.filter(one => given.value.includes(one) !== (one === name));
            }}
            says={`Whether the network is given ${features[name].title} of each sample.`}
          >
            {features[name].title}
          </Button>
        ))}
      </div>
    </>
  );
}

function Thumb({ name }: { readonly name: DataName }) {
  const { title, says: about, task, classes } = dataKinds[name];
  const shown = samplesOf({
    name,
    count: 90,
    noise: 0.08,
    seed: 1,
    formula: 'sin(2*x)',
    drawn: drawnPoints.value,
  });
  const group = (index: number) =>
    shown
      .filter(one => (classes ? one.target : one.target > (task === 'regression' ? 0 : 0.5) ? 0 : 1) === index)
      .map(one => [one.x1, one.x2] as const);
  return (
    <button
      type="button"
      class="thumb"
      aria-pressed={dataName.value === name}
      onClick={() => {
        dataName.value = name;
      }}
      {...says(about)}
    >
      <Canvas
        title={title}
        summary={about}
        height={width => width}
        draw={(context, { width, height, palette }) => {
          for (const index of classes ? Array(classes).keys() : [1, 0]) {
            context.fillStyle = classColour(palette, index);
            for (const [x, y] of group(index)) {
              const at = [((x + reach) / (2 * reach)) * width, ((reach - y) / (2 * reach)) * height] as const;
              markPath(context, index, ...at, 1.5);
              context.fill();
            }
          }
        }}
        says={about}
      />
      <span>{title}</span>
    </button>
  );
}
