/** Start-up times of the command line: bare Node, --help, one cold prediction. Usage: npm run bench -- start */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { train } from 'hillock';
import { table } from 'hillock/data';

const hillock = fileURLToPath(new URL('../bin/hillock.js', import.meta.url));

function times(args, rounds = 9) {
  const all = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    execFileSync(process.execPath, args, { stdio: 'ignore' });
    all.push(performance.now() - start);
  }
  all.sort((a, b) => a - b);
  return { best: Math.round(all[0]), median: Math.round(all[rounds >> 1]) };
}

const folder = mkdtempSync(join(tmpdir(), 'hillock-start-'));
const options = { seed: 1, epochs: 4, baseline: false, out: join(folder, 'run') };
const model = await train('mlp', await table('demo:obesity'), options).result;
await model.close();
const rows = join(folder, 'rows.csv');
writeFileSync(rows, 'gender,age,height,weight\nfemale,51,1.6,90\nmale,30,1.8,70\n');
for (const row of [
  { what: 'node -e 0', ...times(['-e', '0']), must: null },
  { what: 'hillock --help', ...times([hillock, '--help']), must: 150 },
  { what: 'hillock predict, two rows, cold', ...times([hillock, 'predict', join(folder, 'run'), rows]), must: 600 },
]) {
  console.log(JSON.stringify(row));
}
