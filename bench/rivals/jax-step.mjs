/** A step of dense layers and SGD in jax-js, in Node and in pages. */
export function jaxStep(
  { jit, nn, numpy: np, valueAndGrad },
  { batch, width, classes, learningRate, weights, batchOf },
) {
  let params = weights.map(({ shape, data }) => np.array(data).reshape(shape));
  const lossOf = (p, xb, yb) => {
    let h = xb;
    for (let i = 0; i < p.length; i += 2) {
      h = np.add(np.matmul(h, p[i]), p[i + 1]);
      if (i < p.length - 2) h = nn.relu(h);
    }
    return np.mean(np.sum(np.multiply(nn.logSoftmax(h), yb), 1)).mul(-1);
  };
  const update = jit((p, xb, yb) => {
    const [loss, grads] = valueAndGrad(lossOf)(
      p.map(value => value.ref),
      xb,
      yb,
    );
    return [p.map((value, i) => value.sub(grads[i].mul(learningRate))), loss];
  });
  return async at => {
    const { xb, yb } = batchOf(at);
    const [next, loss] = update(params, np.array(xb).reshape([batch, width]), np.array(yb).reshape([batch, classes]));
    params = next;
    return (await loss.data())[0];
  };
}
