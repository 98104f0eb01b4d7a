/** The lessons, in their order: each is an address, what one sees there, and a question. */
export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** The screen and its state. */
  readonly screen: string;
  readonly state: string;
  readonly caption: string;
  readonly question: string;
  readonly answer: string;
}

const all = {
  sum: {
    title: 'A neuron adds up',
    screen: 'neuron',
    state: 'x=2,3&w=0.5,-1&b=0.25&f=linear',
    caption:
      'Two inputs, two weights, a bias. With the linear activation ŷ is z itself, so the whole neuron is one sum.',
    question: 'Which one number can you change by 1 so that ŷ becomes 1.25?',
    answer: 'w₂ from −1 to 0: then z = 2 · 0.5 + 3 · 0 + 0.25 = 1.25.',
  },
  bias: {
    title: 'What the bias is for',
    screen: 'neuron',
    state: 'x=0,0&w=1,1&b=-1.5&f=step&rule=perceptron',
    caption:
      'Both inputs are 0, so the weights have no say: only the bias speaks. It decides how much it takes to fire.',
    question: 'Take the bias off. Where does the line go, and which of the four points of AND are still right?',
    answer:
      'Through the origin. (0,0) stays right, but (0,1) and (1,0) now fire as well: without a bias AND is impossible.',
  },
  activation: {
    title: 'What the activation does',
    screen: 'neuron',
    state: 'x=1.2,0.8&w=2.5,1.5&b=0&f=tanh',
    caption: 'z is 4.2, far out on tanh. The slope f′ is almost 0 there: the neuron is saturated.',
    question: 'Which of the four small activations still has a slope at this z?',
    answer: 'ReLU: its slope is 1 wherever z is above 0. That is why hidden layers like it.',
  },
  line: {
    title: 'A neuron draws a line',
    screen: 'neuron',
    state: 'x=0.5,0.5&w=1,1&b=-0.5&f=sigmoid',
    caption: 'Everywhere on the line z is 0. The arrow shows the way the weights point, where z grows.',
    question: 'Both weights times 3, and the bias too: does the line move? What changes?',
    answer: 'The line stays where it is, but the colours change faster across it: the neuron is surer.',
  },
  step: {
    title: 'One step of learning',
    screen: 'neuron',
    state: 'x=1,-1&w=0.2,0.4&b=0&f=sigmoid&t=1&rate=1',
    caption: 'The target is 1, ŷ is below 0.5. The gradient of each weight is δ times its input.',
    question: 'Why does w₂ go down while w₁ goes up?',
    answer: 'x₂ is −1: making w₂ smaller makes x₂w₂ larger, which moves ŷ towards 1.',
  },
  perceptron: {
    title: 'The perceptron rule',
    screen: 'neuron',
    state: 'w=0,0&b=0&f=step&rule=perceptron&rate=1',
    caption: 'A step neuron has no slope to follow. Rosenblatt’s rule of 1958 corrects it only when it is wrong.',
    question: 'Learn AND until every point is right, then try XOR a hundred times. What happens?',
    answer:
      'AND is learned in a few passes. XOR never is: no line tells its points apart, so the weights go round in circles.',
  },
  hidden: {
    title: 'Hidden neurons solve XOR',
    screen: 'network',
    state: 'data=xor&noise=0&layers=2:tanh&lr=0.05',
    caption: 'Hidden neurons draw a line each; the output neuron puts them together. Press play with two of them.',
    question: 'Are two enough here? Add neurons with +, one at a time.',
    answer:
      'Two lines do not part four corners cleanly, so some stay wrong. With four it works from nearly all first weights.',
  },
  phases: {
    title: 'Forward, loss, backward, update',
    screen: 'network',
    state: 'data=gauss&n=60&step=sample&phases=1&numbers=1',
    caption:
      'Every step of training is these four phases. Press “Next phase” and watch the numbers on the tiles, then the edges.',
    question: 'In which phase do the edges show something other than weights?',
    answer: 'Backward: they show gradients, how the loss changes with each weight.',
  },
  rate: {
    title: 'The learning rate',
    screen: 'network',
    state: 'data=wave&opt=sgd&lr=3&layers=8:relu',
    caption: 'The learning rate is 3, far too large. Press play and read what happens.',
    question: 'Take a tenth of it, and again a tenth, until the loss falls. Why did it explode before?',
    answer:
      'With 0.1 it learns. With 3 each update overshoots the valley of the loss, lands higher than before, and the next one overshoots further.',
  },
  overfit: {
    title: 'Learning by heart',
    screen: 'network',
    state: 'data=gauss&n=30&noise=1&test=0.5&layers=16:relu,16:relu&lr=0.02',
    caption: 'Few samples, much noise, many neurons. Let it run and compare the two losses.',
    question: 'The training loss falls and the test loss rises. What helps?',
    answer: 'Less to learn with or more to learn from: fewer neurons, L2 of 0.05, or more samples.',
  },
  depth: {
    title: 'Features or depth',
    screen: 'network',
    state: 'data=circle&layers=&inputs=x1%5E2,x2%5E2&lr=0.1',
    caption: 'No hidden layer at all, but the squares of the inputs: one neuron is enough for a circle.',
    question: 'Which inputs would XOR need to be solved by one neuron?',
    answer: 'x₁x₂: its sign is the class.',
  },
  spiral: {
    title: 'The spiral',
    screen: 'network',
    state: 'data=spiral&n=300&noise=0.05&layers=16:relu,16:relu&lr=0.02&speed=max',
    caption: 'Two arms around one another. Each layer bends what the one before made.',
    question: 'Compare the tiles of the two layers: what can those of the second do that those of the first cannot?',
    answer: 'Those of the first have one straight edge each; those of the second bend and join such edges.',
  },
  columns: {
    title: 'Look before you train',
    screen: 'data',
    state: 'source=demo:obesity',
    caption:
      '2,000 people in ten columns. Each card shows how the values of a column lie, and what training would make of it.',
    question: 'Which column is to be told from the others, and which one is used in two ways at once?',
    answer: 'obese is the target. vegetables has so few different numbers that it is used as a number and as classes.',
  },
  curves: {
    title: 'A line is not enough',
    screen: 'train',
    state: `data=${encodeURIComponent('["demo:moons","",[],"",[],0.2,0]')}&options=${encodeURIComponent('{"model":"linear"}')}`,
    caption: 'Two half moons and a linear model: one neuron, one line. Train it and read its accuracy.',
    question: 'Now take “linear” away, so that it has hidden layers, and train again. What do the curves say?',
    answer: 'The line gets about nine in ten right. With hidden layers nearly all are, and both curves end lower.',
  },
  mistakes: {
    title: 'Mistakes have rows',
    screen: 'evaluate',
    state: 'cell=wrong',
    caption:
      'The newest run, on rows that it has not learned from; before there is one, this screen says how to make it. A score is one number, the rows behind it are the reason.',
    question: 'Which class is most often taken for another, and what have those rows in common?',
    answer:
      'The largest number off the diagonal of the confusion matrix; a click lists its rows, surest mistakes first.',
  },
  chance: {
    title: 'Better, or luckier?',
    screen: 'compare',
    state: 'seeds=1&differences=1',
    caption:
      'Runs that differ in nothing but their seed are one line, with their mean and standard deviation; before there are runs, this screen says how to make some.',
    question: 'Two settings differ by 0.01 in accuracy, seeds of the same setting by 0.02. Which setting is better?',
    answer: 'Nobody can tell: the difference is smaller than what the seed alone makes. Train more seeds.',
  },
} as const;

export const lessons: readonly Lesson[] = Object.entries(all).map(([id, lesson]) => ({ id, ...lesson }));

/** Where a lesson begins. */
export const lessonAddress = ({ id, screen, state }: Lesson): string => `#${screen}?${state}&lesson=${id}`;
