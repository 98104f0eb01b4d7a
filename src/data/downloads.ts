import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { HillockError } from '../errors.ts';

/** A file of a public data set. */
export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
  readonly md5: string;
}

/** A public data set that can be fetched; its name is a source once it lies in the cache. */
export interface Download {
  readonly name: string;
  readonly title: string;
  readonly page: string;
  /** Addresses of folders that hold the files, tried in this order. */
  readonly mirrors: readonly string[];
  readonly files: readonly RemoteFile[];
  /** Names of the classes, where the files do not hold them. */
  readonly classNames?: readonly string[];
}

const idxNames = [
  'train-images-idx3-ubyte.gz',
  'train-labels-idx1-ubyte.gz',
  't10k-images-idx3-ubyte.gz',
  't10k-labels-idx1-ubyte.gz',
] as const;
const idxFiles = (known: readonly (readonly [bytes: number, md5: string])[]): readonly RemoteFile[] =>
  idxNames.map((name, i) => ({ name, bytes: known[i]![0], md5: known[i]![1] }));

/** The data sets that `hillock data get` fetches. */
export const downloads: readonly Download[] = [
  {
    name: 'mnist',
    title: 'handwritten digits, 60,000 + 10,000 grey images of 28×28',
    page: 'http://yann.lecun.com/exdb/mnist/',
    mirrors: ['https://storage.googleapis.com/cvdf-datasets/mnist/', 'https://ossci-datasets.s3.amazonaws.com/mnist/'],
    files: idxFiles([
      [9912422, 'f68b3c2dcbeaaa9fbdd348bbdeb94873'],
      [28881, 'd53e105ee54ea40749a09fcbcd1e9432'],
      [1648877, '9fb629c4189551a2d022fa330f9573f3'],
      [4542, 'ec29112dd5afa0611ce80d1b7f02629c'],
    ]),
  },
  {
    name: 'fashion-mnist',
    title: 'clothes, 60,000 + 10,000 grey images of 28×28',
    page: 'https://github.com/zalandoresearch/fashion-mnist',
    mirrors: [
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
      'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    ],
    files: idxFiles([
      [26421880, '8d4fb7e6c68d591d4c3dfef9ec88bf0d'],
      [29515, '25c81989df183df01b3e8a0aad5dffbe'],
      [4422102, 'bef4ecab320f06d8554ea6380940ec79'],
      [5148, 'bb300cfdad3c16e7a12a480ee83cd310'],
    ]),
    classNames: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
  },
  {
    name: 'cifar10',
    title: 'ten kinds of animals and vehicles, 50,000 + 10,000 colour images of 32×32',
    page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    mirrors: ['https://www.cs.toronto.edu/~kriz/'],
    files: [{ name: 'cifar-10-binary.tar.gz', bytes: 170052171, md5: 'c32a1d4ab5d03f1284b67883e8d87530' }],
  },
  {
    name: 'cifar100',
    title: '100 classes in 20 groups, 50,000 + 10,000 colour images of 32×32',
    page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    mirrors: ['https://www.cs.toronto.edu/~kriz/'],
    files: [{ name: 'cifar-100-binary.tar.gz', bytes: 168513733, md5: '03b5dce01913d631647c71ecec9e9cb8' }],
  },
];

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of fetched data sets: HILLOCK_CACHE, or hillock in XDG_CACHE_HOME, or ~/.cache/hillock. */
export function cacheFolder(env: Environment = process.env): string {
  if (env.HILLOCK_CACHE) return resolve(env.HILLOCK_CACHE);
  const { XDG_CACHE_HOME: xdg } = env;
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'hillock');
}

/** Where a data set lies in the cache. */
export const cachedAt = ({ name }: Download, env?: Environment): string => join(cacheFolder(env), name);

/** Whether every file of a data set is in a folder. */
export const isWhole = ({ files }: Download, folder: string): boolean =>
  files.every(({ name }) => existsSync(join(folder, name)));

/** The data set that a source names; a file or folder of that name comes first. */
export function namedDownload(source: string): Download | undefined {
  const found = downloads.find(({ name }) => name === source);
  return found && !existsSync(source) ? found : undefined;
}

/** The folder of a data set in the cache; throws `HillockError` kind `data` that says how to get it. */
export function fetched(download: Download): string {
  const folder = cachedAt(download);
  if (isWhole(download, folder)) return folder;
  throw new HillockError(
    'data',
    `${download.name} is not on this machine: ${folder} does not hold it`,
    `get it with: hillock data get ${download.name}`,
  );
}
