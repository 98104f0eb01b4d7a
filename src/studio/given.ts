/** What a request brings, checked. */
import type { z } from 'zod';
import { HillockError } from '../errors.ts';

/** A value that a schema accepts; throws `HillockError` kind `usage` that names the place for any other. */
export function given<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  throw new HillockError('usage', `${issue.path.join('.') || 'the request'}: ${issue.message}`);
}
