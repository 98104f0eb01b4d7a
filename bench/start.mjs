/**
 * Start-up times of the command line in turn: bare Node, --help, one cold prediction; milliseconds, `over` = beyond bare Node
 * in the same round. Where NODE_EXTRA_CA_CERTS is set every start of Node reads those certificates: measured with it and without.
 * Usage: npm run bench -- start
 */
import { startTimes, withoutCertificates } from './speed/start.mjs';
import { median } from './speed/verdict.mjs';

const settings = {
  'without certificates': withoutCertificates(),
  ...(process.env.NODE_EXTRA_CA_CERTS ? { 'with certificates': process.env } : {}),
};
for (const [how, env] of Object.entries(settings)) {
  const { node, ...others } = await startTimes(15, env);
  for (const [name, own] of Object.entries({ node, ...others })) {
    const over = median(own.map((ms, round) => ms - node[round]));
    const row = { what: name, how, best: Math.min(...own), median: median(own), over };
    console.log(JSON.stringify(row, (_, value) => (typeof value === 'number' ? Math.round(value) : value)));
  }
}
