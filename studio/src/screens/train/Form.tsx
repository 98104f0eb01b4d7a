import type { Field, TrainRequest } from 'hillock/studio';
import { useId } from 'preact/hooks';
import { Button } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { says } from '../../state/says.ts';
import { fieldNamed, system } from '../../state/system.ts';
import { addressOf } from '../../state/url.ts';
import * as data from '../data/state.ts';
import { Layers } from './Layers.tsx';
import { detail, given, needsTarget, plan, run, setOption, takeOver } from './state.ts';

type Given = TrainRequest['options'][string];

/** The options in groups; what is in none stands in the last. */
const groups: readonly { readonly title: string; readonly names: readonly string[]; readonly open: boolean }[] = [
  { title: 'Network', names: ['task', 'model', 'hidden', 'activation', 'dropout', 'members'], open: true },
  {
    title: 'Learning',
    names: ['optimizer', 'lr', 'schedule', 'batch', 'epochs', 'patience', 'until', 'keepEpochs'],
    open: true,
  },
  {
    title: 'Forecast',
    names: ['horizon', 'window', 'step', 'features', 'known', 'duplicates', 'interval', 'group'],
    open: true,
  },
];
const ofData = ['target', 'ignore', 'time', 'test', 'seed'];
const models = ['mlp', 'cnn', 'linear', 'rnn', 'gru', 'lstm'];

/** What is trained, and how. */
export function Form() {
  const known = new Set([...groups.flatMap(({ names }) => names), ...ofData]);
  const rest = system.value?.trainFields.filter(({ name }) => !known.has(name)).map(({ name }) => name) ?? [];
  const forecast = given.value.task === 'forecast';
  const trouble = data.report.trouble.value ?? (needsTarget.value ? undefined : plan.trouble.value);
  return (
    <Section id="form" title="What is trained">
      <p class="trained-on">
        <b>{data.source.value.split(/[/\\]/).at(-1)}</b>
        {plan.value.value && !trouble && <span>{plan.value.value.target.task}</span>}
        <a
          href={addressOf('data')}
          {...says('The data, what the columns are used for, and what is held out for the test.')}
        >
          Change
        </a>
      </p>
      {data.table.value && (
        <Choice
          label="Predict"
          value={data.shownTarget.value}
          options={[
            { value: '', title: 'choose a column' },
            ...data.table.value.columns.map(({ column }) => ({ value: column, title: column })),
          ]}
          onChange={value => data.setUse(value || data.shownTarget.value, value ? 'target' : 'input')}
          says="The column that the network learns to predict from the others."
        />
      )}
      <Origin />
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {groups
        .filter(({ title }) => title !== 'Forecast' || forecast)
        .map(({ title, names }) => (
          <fieldset key={title} class="options">
            <legend>{title}</legend>
            {names.map(name => (
              <Option key={name} name={name} />
            ))}
          </fieldset>
        ))}
      <details>
        <summary>More options</summary>
        <fieldset class="options">
          <legend class="reader">More options</legend>
          {[...rest, 'seed', 'test', 'time', 'target', 'ignore'].map(name => (
            <Option key={name} name={name} />
          ))}
        </fieldset>
      </details>
      <Layers />
    </Section>
  );
}

const nameOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;

/** What the form has to do with the run that is shown, and with the one whose weights it starts with. */
function Origin() {
  const found = run.value === '' ? undefined : detail.value.value;
  const { from, fromEpoch } = given.value;
  return (
    <>
      {from && (
        <p class="note">
          Starts with the network and weights of <b>{nameOf(String(from))}</b>
          {fromEpoch ? `, epoch ${fromEpoch}` : ''}.{' '}
          <Button
            onClick={() => {
              const { from: _, fromEpoch: __, ...rest } = given.value;
              given.value = rest;
            }}
            says="Starts with new weights, by the options below."
          >
            New weights instead
          </Button>
        </p>
      )}
      {found?.asked && found.asked.source !== data.source.value && (
        <p class="note">
          These are the options of the next training; the run that is shown learned from{' '}
          <b>{nameOf(found.asked.source)}</b>.{' '}
          <Button onClick={() => takeOver(found.asked!)} says="Fills the form with the data and options of that run.">
            Take its data and options
          </Button>
        </p>
      )}
    </>
  );
}

const words = (name: string): string => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
const titles: Readonly<Record<string, string>> = { lr: 'learning rate', hidden: 'hidden layers', until: 'stop when' };

/** What the recipe takes where nothing is said. */
function planned(name: string): string {
  const found = plan.value.value;
  if (!found) return 'by the recipe';
  const { options, network, target } = found;
  const dense = network.layers.flatMap(layer => (layer.kind === 'dense' ? [layer] : []));
  const values: Readonly<Record<string, unknown>> = {
    task: target.task,
    hidden: dense.slice(0, -1).map(({ units }) => units),
    activation: dense.length > 1 ? dense[0]!.activation : undefined,
    dropout: network.layers.flatMap(layer => (layer.kind === 'dropout' ? [layer.rate] : [])).at(-1) ?? 0,
    members: network.members ?? 1,
    optimizer: options.optimizer,
    lr: Number(options.learningRate.toPrecision(3)),
    schedule: options.schedule,
    batch: options.batch,
    epochs: options.epochs,
    patience: options.patience || 'off',
    clip: options.clip || 'off',
    seed: options.seed,
    weightDecay: options.optimizerOptions.weightDecay,
  };
  const value = values[name];
  return value === undefined || String(value) === '' ? 'by the recipe' : String(value);
}

function Option({ name }: { readonly name: string }) {
  const id = useId();
  const field = fieldNamed(name);
  if (!field) return null;
  const value = given.value[name];
  return (
    <div class="option">
      <label for={id}>{titles[name] ?? words(name)}</label>
      <Input id={id} field={field} value={value ?? null} placeholder={planned(name)} />
    </div>
  );
}

interface InputProps {
  readonly id: string;
  readonly field: Field;
  readonly value: Given;
  readonly placeholder: string;
}

function Input({ id, field, value, placeholder }: InputProps) {
  const { name, kind, about, min, max } = field;
  const choices = name === 'model' ? models : field.choices;
  const range = min !== null || max !== null ? ` (${min ?? '…'} to ${max ?? '…'})` : '';
  const what = says(`${field.flag}: ${about}${kind === 'number' || kind === 'integer' ? range : ''}.`);
  if (kind === 'flag') {
    return (
      <input
        id={id}
        type="checkbox"
        checked={value === true}
        onChange={event => setOption(name, event.currentTarget.checked)}
        {...what}
      />
    );
  }
  if (choices.length > 0) {
    return (
      <select
        id={id}
        value={typeof value === 'string' ? value : ''}
        onChange={event => setOption(name, event.currentTarget.value)}
        {...what}
      >
        <option value="">{placeholder}</option>
        {choices.map(choice => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      id={id}
      type="text"
      inputMode={kind === 'number' ? 'decimal' : kind === 'integer' ? 'numeric' : 'text'}
      value={value === null ? '' : String(value)}
      placeholder={placeholder}
      onChange={event => setOption(name, event.currentTarget.value.trim())}
      {...what}
    />
  );
}
