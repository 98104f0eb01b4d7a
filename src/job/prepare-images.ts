/** From images to training jobs. */
import { everyRow, type Images, type ImagesSplit, split } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { fitPixels, type PixelEncoding, pixelRow, plainPixels, type TargetEncoding } from '../features/index.ts';
import { i32 } from '../graph/index.ts';
import { random } from '../random.ts';
import type { TrainingJob } from '../train/index.ts';
import { editedImages, editedParts, editWarnings } from './edits.ts';
import { imageRecipe } from './image-recipe.ts';
import { headNotes } from './network.ts';
import { defaultTest } from './parts.ts';
import type { Prepared, PrepareOptions } from './prepared.ts';
import { type StartingModel, startingInput, startingNetwork, startingWeights } from './starting.ts';

/** Images as they are trained on, their labels, and which rows are in each part: the same for the same options, whatever is corrected. */
export function imageParts(given: ImagesSplit, options: PrepareOptions) {
  const { train, test } = given;
  const first = labelsOf(train);
  const ownTest = test === undefined ? (typeof options.test === 'number' ? options.test : defaultTest) : 0;
  const validation = (options.validation ?? 0.1) * (1 - ownTest);
  const rng = random(options.seed ?? 0);
  const whole = split(train.rows, { validation, test: ownTest }, rng.split('parts'), first);
  const data = editedImages(given, options);
  // Of a test set of its own, after the rows to learn from.
  const own = test ? everyRow(test.rows).map(row => row + train.rows) : whole.test;
  const parts = editedParts({ ...whole, test: own }, options);
  const labels = data === given ? first : labelsOf(data.train);
  return { data, labels, parts, edited: editWarnings(options, own, 'label') };
}

/** Images as rows of pixels: their own test set where there is one. */
export function prepareImages(given: ImagesSplit, options: PrepareOptions): Prepared {
  const { data, labels, parts, edited } = imageParts(given, options);
  const { train, test } = data;
  const shape = train.shape;
  const target: TargetEncoding = {
    version: 1,
    name: options.target ?? data.target ?? 'label',
    task: 'multiclass',
    classes: train.classNames,
  };
  checkClasses(train, labels);
  const truths = test ? Float64Array.from([...labels, ...labelsAs(test, train.classNames)]) : Float64Array.from(labels);
  const inputShape = pixelRow({ shape });
  const start = options.from && startingPixels(options.from, train);
  const asked = { ...options, model: startingNetwork(options, target, options) };
  const recipe = imageRecipe(target, { rows: parts.train.length, shape: inputShape }, asked);
  const started = startingWeights(options, recipe.network, inputShape, target);
  const x = planes(test ? [train, test] : [train]);
  // Dense layers see pixels / 255, most of which are 0 in a drawing; maps are standardised.
  const flat = recipe.network.layers[0]?.kind === 'flatten';
  const pixels = start ?? (flat ? plainPixels(shape) : fitPixels(x, shape, parts.train));
  const job: TrainingJob = {
    ...recipe,
    ...started.job,
    target,
    inputShape,
    pixels,
    x: { dtype: 'uint8', shape: [truths.length, ...inputShape], data: x },
    y: i32(Int32Array.from(truths), [truths.length, 1]),
    truths,
    trainRows: parts.train,
    validationRows: parts.validation,
    testRows: parts.test,
  };
  return {
    job,
    linear: null,
    input: { kind: 'images', ...pixels },
    target,
    taskReason: `${train.classNames.length} classes of images`,
    decisions: [],
    warnings: edited,
    notes: [...train.notes, ...(test?.notes ?? []), ...headNotes(asked.model, inputShape, target), ...started.notes],
    start: started.start,
    splitReason: test
      ? 'the test set of the source; validation at random, each class in proportion'
      : 'at random, each class in proportion',
  };
}

/** How the model to start from sees pixels; throws `HillockError` kind `data` for images of another size. */
function startingPixels(from: StartingModel, { shape, source }: Images): PixelEncoding {
  const { kind: _, ...pixels } = startingInput(from, 'images');
  if (pixels.shape.join() === shape.join()) return pixels;
  throw new HillockError(
    'data',
    `the model to start from takes images of ${pixels.shape.join('×')}, ${source} holds ${shape.join('×')}`,
    'bring them to its size with --image-size, or train without --from',
  );
}

function labelsOf(images: Images): Int32Array {
  if (images.labels) return images.labels;
  throw new HillockError(
    'data',
    `${images.source} holds images without labels`,
    'training needs a label for every image',
  );
}

function checkClasses({ source, classNames }: Images, labels: Int32Array): void {
  if (labels.some(label => label !== labels[0])) return;
  throw new HillockError(
    'data',
    `all images of ${source} are of one class, '${classNames[labels[0]!]}': there is nothing to tell apart`,
    'give images of at least two classes: in a folder of pictures each folder is a class',
  );
}

/** Labels in terms of the classes of the training set; throws `HillockError` kind `data` for a class that it lacks. */
function labelsAs(images: Images, classNames: readonly string[]): Int32Array {
  const codes = images.classNames.map(name => classNames.indexOf(name));
  return labelsOf(images).map(label => {
    const code = codes[label] ?? -1;
    if (code >= 0) return code;
    throw new HillockError(
      'data',
      `the test images of ${images.source} hold the class '${images.classNames[label] ?? label}', the training images do not`,
      `the classes of the training images are ${classNames.slice(0, 20).join(', ')}`,
    );
  });
}

/** The pixels of all images, channels first. */
function planes(parts: readonly Images[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { pixels }) => sum + pixels.length, 0));
  let begin = 0;
  for (const { pixels, shape } of parts) {
    const [height, width, channels] = shape;
    const area = height * width;
    for (let i = 0; i < pixels.length; i += area * channels) {
      for (let c = 0; c < channels; c++) {
        for (let p = 0; p < area; p++) all[begin + i + c * area + p] = pixels[i + p * channels + c]!;
      }
    }
    begin += pixels.length;
  }
  return all;
}
