/** Numbers held against bars. */
export const median = values => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Three digits. */
export const rounded = value => Number(value.toPrecision(3));

/** Which bar a value reaches; a bar that does not rise from must to aim is of something that should be small. */
export function judged(value, { must, aim }) {
  const reaches = level => (must >= aim ? value <= level : value >= level);
  return { must, aim, reached: reaches(aim) ? 'aim' : reaches(must) ? 'must' : 'MISSED' };
}
