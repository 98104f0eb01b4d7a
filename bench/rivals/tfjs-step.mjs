/** A step of dense layers in TensorFlow.js, in Node and in pages. */
export function tfjsStep(tf, { batch, width, classes, learningRate, optimizer, weights, batchOf }) {
  const variables = weights.map(({ shape, data }) => tf.variable(tf.tensor(data, shape)));
  const trainer = optimizer === 'sgd' ? tf.train.sgd(learningRate) : tf.train.adam(learningRate);
  return async at => {
    const { xb, yb } = batchOf(at);
    const [x, y] = [tf.tensor2d(xb, [batch, width]), tf.tensor2d(yb, [batch, classes])];
    const loss = trainer.minimize(
      () => {
        let h = x;
        for (let i = 0; i < variables.length; i += 2) {
          h = tf.add(tf.matMul(h, variables[i]), variables[i + 1]);
          if (i < variables.length - 2) h = tf.relu(h);
        }
        return tf.losses.softmaxCrossEntropy(y, h);
      },
      true,
      variables,
    );
    const [value] = await loss.data();
    tf.dispose([x, y, loss]);
    return value;
  };
}
