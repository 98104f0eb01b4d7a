import { expect, test } from 'vitest';
import { hostile } from './nightly.ts';

test.concurrent.each(['csv', 'json', 'gzip', 'http-body', 'http-records'])('%s: 2,000 hostile files', async name => {
  const { code, said } = await hostile([name], 2000);
  expect(said).toMatch(new RegExp(`^${name} +[1-9]\\d* read`, 'm'));
  expect(said).not.toContain('FAILED');
  expect(code).toBe(0);
});
