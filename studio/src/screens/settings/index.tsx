import './settings.css';
import { useSignal } from '@preact/signals';
import { Button } from '../../parts/Button.tsx';
import { bound, boundWhole } from '../../parts/bound.ts';
import { Segments, Switch } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Section.tsx';
import { keys } from '../../shell/keys.ts';
import { shown } from '../../state/format.ts';
import {
  type Density,
  decimalComma,
  density,
  digits,
  type Motion,
  motion,
  shortcuts,
  type Theme,
  theme,
} from '../../state/settings.ts';
import { screens } from '../index.ts';

/** What a person sets once for all screens; kept in this browser alone. */
export default function Settings() {
  const cleared = useSignal(false);
  return (
    <>
      <header class="title">
        <h1>Settings</h1>
        <p class="lead">For all screens, kept in this browser alone.</p>
      </header>
      <div class="settings">
        <Section id="looks" title="Looks">
          <Segments<Theme>
            label="Colours"
            {...bound(theme)}
            options={[
              { value: 'system', title: 'as the system' },
              { value: 'light', title: 'light' },
              { value: 'dark', title: 'dark' },
              { value: 'contrast', title: 'high contrast' },
            ]}
            says="The colours of everything; weights stay blue above 0 and orange below."
          />
          <Segments<Motion>
            label="Motion"
            {...bound(motion)}
            options={[
              { value: 'system', title: 'as the system' },
              { value: 'full', title: 'full' },
              { value: 'reduced', title: 'reduced' },
            ]}
            says="Reduced: nothing travels, and a training is drawn twice a second."
          />
          <Segments<Density>
            label="Density"
            {...bound(density)}
            options={[
              { value: 'learn', title: 'for learning' },
              { value: 'work', title: 'for work' },
            ]}
            says="For work: closer together, without the sentences that say what a screen is."
          />
        </Section>
        <Section id="numbers" title="Numbers">
          <NumberField
            label="significant digits"
            {...boundWhole(digits)}
            low={2}
            high={8}
            step={1}
            least={2}
            most={8}
            says="How many digits numbers are shown with; they are computed with more."
          />
          <Switch
            label="decimal comma"
            {...bound(decimalComma)}
            says="Writes 0,5 in the place of 0.5; both can be typed."
          />
          <p class="note">
            For example {shown(Math.PI)}, {shown(-1234.5678)}, {shown(0.000001234)}.
          </p>
        </Section>
        <Section id="keys" title="Keys">
          <Switch
            label="single keys are shortcuts"
            {...bound(shortcuts)}
            says="Never inside a field; switch them off where they are in your way."
          />
          <dl class="keylist">
            {[...keys, ...screens.map(({ key, title }) => ({ written: `g ${key}`, does: title }))].map(one => (
              <div key={one.written}>
                <dt>
                  <kbd>{one.written}</kbd>
                </dt>
                <dd>{one.does}</dd>
              </div>
            ))}
          </dl>
        </Section>
        <Section id="kept" title="What is kept">
          <p class="note">
            The numbers of a screen stand in its address, and nowhere else. This browser keeps these settings; runs and
            uploads are folders on this machine. Nothing is sent anywhere.
          </p>
          <Button
            onClick={() => {
              localStorage.clear();
              cleared.value = true;
            }}
            says="Takes everything away that this browser keeps for the studio; runs stay."
          >
            Forget everything in this browser
          </Button>
          <span role="status" class="note">
            {cleared.value && ' Forgotten; reload to see the studio as at first.'}
          </span>
        </Section>
      </div>
    </>
  );
}
