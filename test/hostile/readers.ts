import type { Reader } from './reader.ts';
import { checkpoint } from './readers/checkpoint.ts';
import { cifar } from './readers/cifar.ts';
import { delimited } from './readers/delimited.ts';
import { gzip } from './readers/gzip.ts';
import { httpBody } from './readers/http-body.ts';
import { httpRecords } from './readers/http-records.ts';
import { idx } from './readers/idx.ts';
import { importedJson, importedOnnx } from './readers/imported.ts';
import { json } from './readers/json.ts';
import { onnx } from './readers/onnx.ts';
import { parquet } from './readers/parquet.ts';
import { jpeg, png } from './readers/pictures.ts';
import { safetensors } from './readers/safetensors.ts';
import { tar } from './readers/tar.ts';
import { history, plan, report } from './readers/text-files.ts';

/** Every reader of foreign bytes: a new one is its file and its line here. */
export const readers: readonly Reader[] = [
  delimited,
  json,
  gzip,
  parquet,
  idx,
  cifar,
  tar,
  png,
  jpeg,
  onnx,
  importedJson,
  importedOnnx,
  safetensors,
  checkpoint,
  plan,
  report,
  history,
  httpBody,
  httpRecords,
];
