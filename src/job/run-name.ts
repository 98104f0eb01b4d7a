/** How a run folder is called that nobody named. Node only. */
import { basename } from 'node:path';
import { freshFolder } from './plan.ts';

/** Makes a folder for a run on a source: `data/adult.csv.gz` becomes `PARENT/adult-20260131-235959`. */
export const folderFor = (parent: string, source: string): Promise<string> =>
  freshFolder(parent, `${stemOf(source)}-${timestamp(new Date())}`);

function stemOf(source: string): string {
  if (source === '-') return 'stdin';
  const name = basename(source.replace(/^demo:/, 'demo-')).replace(/\.gz$/i, '');
  const stem = name
    .replace(/\.[a-z0-9]{1,8}$/i, '')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return stem.slice(0, 60) || 'run';
}

/** 20260131-235959, in local time. */
function timestamp(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
