/** What node:http costs: reads a body, answers a constant of the size of a prediction. */
import { createServer } from 'node:http';

const answer = JSON.stringify({ prediction: 'yes', probabilities: { no: 0.1234567, yes: 0.8765433 } });
const server = createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.once('end', () => {
    JSON.parse(String(Buffer.concat(parts)));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => process.exit(0));
