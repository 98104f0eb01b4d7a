/** The screens, in the order of the rail: one record each, loaded when first shown. */
import type { ComponentType } from 'preact';

export interface Screen {
  /** Its name in the address. */
  readonly id: string;
  readonly title: string;
  /** The key that follows `g`. */
  readonly key: string;
  /** Path of its icon, drawn in a square of 24. */
  readonly icon: string;
  /** What it is for, in one sentence. */
  readonly says: string;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

export const screens: readonly Screen[] = [
  {
    id: 'neuron',
    title: 'Neuron',
    key: 'u',
    icon: 'M12 8.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M3 5l6 5M3 19l6-5M3 12h5.5M15.5 12H21',
    says: 'One neuron: inputs, weights, bias, activation, and the calculation with its numbers.',
    load: () => import('./neuron/index.tsx'),
  },
  {
    id: 'network',
    title: 'Network',
    key: 'n',
    icon: 'M5 6a1.8 1.8 0 1 0 .01 0M5 18a1.8 1.8 0 1 0 .01 0M12.5 3.5a1.8 1.8 0 1 0 .01 0M12.5 12a1.8 1.8 0 1 0 .01 0M12.5 20.5a1.8 1.8 0 1 0 .01 0M20 12a1.8 1.8 0 1 0 .01 0',
    says: 'A small network that learns in this page: every neuron, every weight, every step.',
    load: () => import('./network/index.tsx'),
  },
  {
    id: 'lens',
    title: 'Lens',
    key: 'z',
    icon: 'M10.5 4a6.5 6.5 0 1 0 .01 0M15.2 15.2L20.5 20.5M8 10.5h5M10.5 8v5',
    says: 'A filter over a picture, a unit over time: what convolutional and recurrent layers do, number by number.',
    load: () => import('./lens/index.tsx'),
  },
  {
    id: 'data',
    title: 'Data',
    key: 'd',
    icon: 'M4 6c0-3 16-3 16 0v12c0 3-16 3-16 0V6m0 0c0 3 16 3 16 0M4 12c0 3 16 3 16 0',
    says: 'Your tables and pictures: what is in them, what is predicted from what, what is held out for the test.',
    load: () => import('./data/index.tsx'),
  },
  {
    id: 'train',
    title: 'Train',
    key: 't',
    icon: 'M4 20V4M4 20h16M7 7c2 8 6 9 12 10',
    says: 'Training on this machine: the network, its options, and its curves while it learns.',
    load: () => import('./train/index.tsx'),
  },
  {
    id: 'evaluate',
    title: 'Evaluate',
    key: 'e',
    icon: 'M4 4h16v16H4zM4 12h16M12 4v16M6 8l2 2 3-4',
    says: 'How good a trained network is on rows it has not learned from, where it errs, and why.',
    load: () => import('./evaluate/index.tsx'),
  },
  {
    id: 'compare',
    title: 'Compare',
    key: 'c',
    icon: 'M4 20V4M4 20h16M7 16c3-9 6-10 12-11M7 8c3 7 6 8 12 9',
    says: 'Many runs side by side: what made the difference.',
    load: () => import('./compare/index.tsx'),
  },
  {
    id: 'deploy',
    title: 'Deploy',
    key: 'x',
    icon: 'M12 15V3m0 0L7 8m5-5l5 5M4 15v5h16v-5',
    says: 'A trained network in use: an endpoint, files for other programs, a folder that serves it, its model card.',
    load: () => import('./deploy/index.tsx'),
  },
  {
    id: 'learn',
    title: 'Learn',
    key: 'l',
    icon: 'M3 8l9-4l9 4l-9 4zM7 10.5V16c3 2 7 2 10 0v-5.5M21 8v6',
    says: 'Short lessons, and what the words mean.',
    load: () => import('./learn/index.tsx'),
  },
  {
    id: 'settings',
    title: 'Settings',
    key: 's',
    icon: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h11M19 17h1M15 5v4M9 10v4M17 15v4',
    says: 'Colours, motion, numbers and keys.',
    load: () => import('./settings/index.tsx'),
  },
];

/** Whether a screen of that name exists. */
export const isScreen = (id: string): boolean => screens.some(one => one.id === id);

/** The screen of that name, or the first. */
export const screenOf = (id: string): Screen => screens.find(one => one.id === id) ?? screens[0]!;
