import { hostile } from './nightly.ts';

hostile('csv', 'json', 'gzip', 'http-body', 'http-records');
