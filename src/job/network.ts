/** From the layers that a person or the recipe names to the whole network of a job. */
import type { ReadNote } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import type { TargetEncoding } from '../features/index.ts';
import { dense, kindOf, type LayerSpec, type NetworkSpec, network, place, withFlatten } from '../nn/index.ts';
import { outputsOf } from '../train/index.ts';

/** The layer that gives what a target needs: one neuron for a value or a yes/no, one a class otherwise. */
export const head = (target: TargetEncoding): LayerSpec => dense(outputsOf(target), 'linear');

/**
 * The network that is trained: the given layers and after them the head, unless the network says that it has its own. Layers
 * that take lists of numbers get the rows of images through a flatten layer. Throws `HillockError` kind `usage` where a
 * layer cannot take what it gets, or where the network's own head does not fit the target.
 */
export function wholeNetwork(
  given: NetworkSpec,
  inputShape: readonly number[],
  target: TargetEncoding,
  members = given.members,
): NetworkSpec {
  const layers = given.head === false ? given.layers : [...given.layers, head(target)];
  const spec = withFlatten(network(layers, members === undefined ? {} : { members }), inputShape);
  const outputs = place(spec, inputShape).at(-1)?.outputShape ?? inputShape;
  checkOutputs(outputs, target, given.head === false);
  if (given.head === false) checkHead(layers.at(-1));
  return spec;
}

function checkOutputs(outputs: readonly number[], target: TargetEncoding, ownHead: boolean): void {
  const wanted = outputsOf(target);
  if (outputs.length === 1 && outputs[0] === wanted) return;
  throw new HillockError(
    'usage',
    `the network ends in rows of shape [${outputs}], ${target.name} needs [${wanted}]`,
    ownHead
      ? `end it with dense units ${wanted}, or leave "head": false out and let training add that layer`
      : 'put a flatten layer last, or before the dense layers; or let the last recurrent layer give its last state alone (returnSequences false)',
  );
}

/** A word to a person whose network seems to end already in the head that training adds to it. */
export function headNotes(
  given: NetworkSpec | string | undefined,
  inputShape: readonly number[],
  target: TargetEncoding,
): readonly ReadNote[] {
  if (typeof given !== 'object' || given.head === false) return [];
  const last = place(withFlatten(given, inputShape), inputShape).at(-1);
  const wanted = outputsOf(target);
  if (!last || last.outputShape.join() !== `${wanted}` || kindOf(last.spec).activation?.(last.spec) !== 'linear')
    return [];
  return [
    {
      message: `${last.name} already has the ${wanted} linear output${wanted === 1 ? '' : 's'} that ${target.name} needs, and training adds another layer of them: if it is the head of your network, say "head": false`,
    },
  ];
}

function checkHead(last: LayerSpec | undefined): void {
  const activation = last && kindOf(last).activation?.(last);
  if (activation === undefined || activation === 'linear') return;
  throw new HillockError(
    'usage',
    `the last layer of the network ends in ${activation}, it must be linear`,
    'the loss has the sigmoid or softmax of the outputs in itself',
  );
}
