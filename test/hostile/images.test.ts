import { hostile } from './nightly.ts';

hostile('idx', 'cifar', 'tar', 'png', 'jpeg');
