import { hostile } from './nightly.ts';

hostile('parquet');
