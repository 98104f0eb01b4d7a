import { dirname, join } from 'node:path';
import { HillockError } from '../../errors.ts';
import { formatBytes } from '../../format.ts';
import { defineCommand } from '../command.ts';
import { required, text } from '../parameters.ts';
import { styled } from '../terminal.ts';

/** `hillock report`: one page that shows all of a run. */
export const report = defineCommand({
  details:
    'Writes one HTML file that needs nothing else, no script and no network: scores with intervals and baselines, learning ' +
    'curves, confusion matrix or errors or forecast, the surest mistakes, importance of the columns, the network, one ' +
    'answer worked out, health, data and split, limits, and the command that makes the run again.',
  arguments: { run: required(text('RUN', 'a run folder or a model.onnx')) },
  options: {
    out: text('FILE', 'where the page is written (default: report.html in the run folder)'),
    source: text('SOURCE', 'the data it was trained on, where it is now (default: where it was)'),
  },
  examples: [
    { line: 'hillock report runs/salary', shows: 'runs/salary/report.html, to open in any browser' },
    { line: 'hillock report runs/salary --out salary.html', shows: 'a file to send to someone' },
  ],
  async run({ args, options, out }) {
    const { openRun } = await import('../../job/open-run.ts');
    const { modelPath, writeWhole } = await import('../../model/folder.ts');
    const { overview, page } = await import('../../report/index.ts');
    const file = options.out ?? join(dirname(await modelPath(args.run)), 'report.html');
    if (!/\.html?$/i.test(file)) {
      throw new HillockError('usage', `--out must be an HTML file, not ${file}`, 'such as report.html');
    }
    const progress = out.progress('looking at the run');
    const opened = await openRun(args.run, options.source, message => out.message(message));
    try {
      const found = await overview(opened);
      progress.end();
      const html = page(found);
      await writeWhole(file, html);
      for (const message of found.without) out.message(`not shown: ${message}`);
      const bytes = Buffer.byteLength(html);
      const fields = { run: args.run, file, bytes, sha256: found.card.model.sha256, without: found.without };
      out.result(fields, () => `${styled(file, 'bold', out.stdout)}: ${formatBytes(bytes)}, open it in a browser`);
    } finally {
      progress.end();
      await opened.close();
    }
    return undefined;
  },
});
