import type { Figure } from 'hillock/draw';
import type { EvaluationAnswer } from 'hillock/studio';
import { Button } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Figure as Told } from '../../parts/Figure.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Picture } from '../../parts/Picture.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown, whole } from '../../state/format.ts';
import { type Point, placeOf, pointAt } from './cut.ts';
import { chosenClass, from, threshold } from './state.ts';

/** Where a probability is cut, and what follows from it. */
export function Threshold({ found }: { readonly found: EvaluationAnswer }) {
  const cut = found.cut!;
  const at = placeOf(found, threshold.value);
  const point = pointAt(cut.points, at);
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = point;
  const all = tp + fp + fn + tn;
  const share = (part: number, of: number): string => (of === 0 ? '–' : `${shown((part / of) * 100, 3)} %`);
  const { classes, things } = found;
  return (
    <Section
      id="threshold"
      title={`Where to cut the probability of ${cut.label}`}
      aside={
        classes && (
          <Choice
            label="Class"
            value={String(classes.indexOf(cut.label))}
            options={classes.map((title, i) => ({ value: String(i), title }))}
            onChange={value => {
              chosenClass.value = +value;
            }}
            says="The class that is told apart from all others."
          />
        )
      }
    >
      {at !== cut.threshold && found.classes?.length === 2 && (
        <p class="note">
          The confusion matrix and the {things} follow; the scores above are of the model as it is, cut at{' '}
          {shown(cut.threshold)}.{' '}
          <Button
            onClick={() => {
              threshold.value = -1;
              from.value = 0;
            }}
            says="Cuts the probability where the model does."
          >
            Back to {shown(cut.threshold)}
          </Button>
        </p>
      )}
      <div class="row cut">
        <NumberField
          label="Threshold"
          value={at}
          low={0}
          high={1}
          least={0}
          most={1}
          step={0.01}
          onChange={value => {
            threshold.value = value;
            from.value = 0;
          }}
          says={`${things === 'rows' ? 'Rows' : 'Images'} whose probability of ${cut.label} is above this count as ${cut.label}.`}
        />
        <Told
          name="recall"
          value={share(tp, tp + fn)}
          says={`Of the ${whole(tp + fn)} ${things} of ${cut.label}, the share that is found.`}
        />
        <Told
          name="precision"
          value={share(tp, tp + fp)}
          says={`Of the ${whole(tp + fp)} ${things} called ${cut.label}, the share that is.`}
        />
        <Told
          name="false alarms"
          value={share(fp, fp + tn)}
          says={`Of the ${whole(fp + tn)} other ${things}, the share that is called ${cut.label} all the same.`}
        />
        <Told
          name="accuracy"
          value={share(tp + tn, all)}
          says={`The share of all ${things} that is right at this threshold.`}
        />
        <Told
          name="found · false · missed"
          value={`${whole(tp)} · ${whole(fp)} · ${whole(fn)}`}
          says={`${whole(tp)} ${things} of ${cut.label} found, ${whole(fp)} false alarms, ${whole(fn)} missed.`}
        />
      </div>
      <div class="pictures">
        {found.figures
          .filter(({ id }) => id === 'roc' || id === 'precision-recall')
          .map(figure => (
            <Picture key={figure.id} figure={marked(figure, point)} />
          ))}
      </div>
    </Section>
  );
}

/** The picture with the place of the threshold. */
function marked(
  figure: Figure,
  { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }: Point,
): Figure {
  if (figure.kind !== 'curves') return figure;
  const recall = tp / (tp + fn);
  const mark =
    figure.id === 'roc' ? { x: fp / (fp + tn), y: recall, label: '' } : { x: recall, y: tp / (tp + fp), label: '' };
  return { ...figure, model: { ...figure.model, marks: [mark] } };
}
