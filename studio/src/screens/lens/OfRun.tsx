import '../../parts/work.css';
import { useSignal } from '@preact/signals';
import type { LensAnswer, LensLayers, RunRow } from 'hillock/studio';
import { useEffect, useMemo } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { evaluationApi } from '../../api/evaluation.ts';
import { loaded } from '../../api/load.ts';
import { boundWhole } from '../../parts/bound.ts';
import { Choice } from '../../parts/Choice.tsx';
import { NeuronDetails } from '../../parts/NeuronView.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { RunChoice } from '../../parts/RunChoice.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { addressOf } from '../../state/url.ts';
import { GivenPicture } from './GivenPicture.tsx';
import { LayerByLayer } from './LayerByLayer.tsx';
import { channel, layer, ownPicture, placeInMap, row, run, stepOfRun, unit } from './state.ts';

/** The filters and recurrent units of a trained network on rows of its own data. */
export function OfRun() {
  const runs = useSignal<readonly RunRow[] | undefined>(undefined);
  const layers = useMemo(() => loaded<LensLayers>(), []);
  const answer = useMemo(() => loaded<LensAnswer>(), []);
  useEffect(() => {
    void api.runs().then(
      found => (runs.value = found.runs.filter(({ state }) => state === 'finished')),
      () => (runs.value = []),
    );
  }, []);
  const id = run.value || runs.value?.[0]?.id || '';
  useEffect(() => {
    answer.clear();
    if (id !== '') void layers.load(signal => evaluationApi.lensLayers(id, signal));
  }, [id]);
  // Those of the run before are not asked for in this one.
  const told = layers.value.value;
  const known = told?.run === id ? told.layers : [];
  const own = known.find(({ name }) => name === layer.value) ?? known[0];
  const places = own?.places ?? [];
  const at = places.map((size, i) => Math.min(size, placeInMap.value[i] ?? Math.ceil(size / 2)));
  const one = Math.min(unit.value, own?.units ?? 1);
  const picture = ownPicture.value?.run === id ? ownPicture.value.pixels : undefined;
  const subject = picture ? { row: 1, pixels: picture } : { row: row.value };
  useEffect(() => {
    if (!own) return;
    const where = own.kind === 'filter' ? { at, channel: channel.value } : { step: stepOfRun.value };
    void answer.load(signal => evaluationApi.lens(id, { ...subject, layer: own.name, unit: one, ...where }, signal));
  }, [id, own?.name, one, picture, row.value, at.join(), channel.value, stepOfRun.value]);
  const found = answer.value.value;
  const trouble = answer.trouble.value ?? layers.trouble.value;
  if (runs.value?.length === 0) return <Nothing />;
  return (
    <>
      <Section id="choose" title="Which">
        <RunChoice
          shown={id}
          ready={runs.value ?? []}
          onChange={value => {
            run.value = value;
            layer.value = '';
          }}
          says="The run that is looked into."
        />
        {told?.run === id && !picture && (
          <div class="fields">
            <NumberField
              label="Row"
              {...boundWhole(row)}
              step={1}
              least={1}
              says="The row or picture of the data, as hillock inspect counts."
            />
          </div>
        )}
        {told?.run === id && told.pictures && <GivenPicture id={id} />}
        {own && (
          <div class="fields">
            <Choice
              label="Layer"
              value={own.name}
              options={known.map(({ name, units }) => ({ value: name, title: `${name} (${units})` }))}
              onChange={value => {
                layer.value = value;
                unit.value = 1;
                placeInMap.value = [];
              }}
              says="A layer whose weights are shared over places or over time."
            />
            <NumberField
              label={own.kind === 'filter' ? 'Filter' : 'Unit'}
              {...boundWhole(unit)}
              step={1}
              least={1}
              most={own.units}
              says={`1 to ${own.units}.`}
            />
            {at.map((value, axis) => (
              <NumberField
                key={axis}
                label={at.length === 1 ? 'Place' : ['Down', 'Across'][axis]!}
                value={value}
                step={1}
                least={1}
                most={places[axis]!}
                onChange={next => {
                  placeInMap.value = at.map((old, i) => (i === axis ? Math.round(next) : old));
                }}
                says="The place of the map whose products are shown."
              />
            ))}
            {found && found.channels > 1 && (
              <NumberField
                label="Channel"
                {...boundWhole(channel)}
                step={1}
                least={1}
                most={found.channels}
                says="The channel that is shown of what the filter sees."
              />
            )}
            {found && found.steps > 0 && (
              <NumberField
                label="Step"
                {...boundWhole(stepOfRun)}
                step={1}
                least={1}
                most={found.steps}
                says="The time step whose gates are shown."
              />
            )}
          </div>
        )}
        {told?.run === id && known.length === 0 && (
          <p class="lead">This network has neither filters nor recurrent units; each of its neurons is on Evaluate.</p>
        )}
        {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
        {found && (
          <p class="note">By hand and by the network: the numbers differ by at most {shown(found.difference, 2)}.</p>
        )}
      </Section>
      {told?.run === id && <LayerByLayer id={id} />}
      {found && !trouble && (
        <Section id="seen" title={own?.kind === 'filter' ? 'What it sees and answers' : 'Over time'}>
          <div class="pictures">
            {found.figures.map(figure => (
              <Picture key={figure.id} figure={figure} />
            ))}
          </div>
        </Section>
      )}
      {found && !trouble && (
        <Section id="sums" title="The calculation">
          <div class="pictures">
            {found.sums.map(({ title, terms, bias, ...sum }) => (
              <div key={title}>
                <h3>{title}</h3>
                <NeuronDetails view={{ title, inputs: terms, bias: bias ?? undefined, ...sum }} most={30} />
              </div>
            ))}
          </div>
        </Section>
      )}
    </>
  );
}

function Nothing() {
  return (
    <Section id="choose" title="No trained run yet">
      <p>
        <a href={addressOf('train', {})}>Train one</a>, or in a terminal:{' '}
        <code>hillock train demo:digits --model cnn</code>
      </p>
    </Section>
  );
}
