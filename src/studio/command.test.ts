import { expect, test } from 'vitest';
import { resultOf } from './command.ts';
import { endpoints } from './endpoints.ts';

const gone = { folder: '/nowhere/renamed', runs: '/', command: [process.execPath] };
const told = { kind: 'unexpected', message: 'hillock cannot be started in /nowhere/renamed' };

test('a working folder that is gone is told of, and nothing else ends', async () => {
  await expect(resultOf(gone.command, ['train'], gone.folder)).rejects.toMatchObject(told);
  await expect(endpoints(gone).start('tmp', 0)).rejects.toMatchObject(told);
});
