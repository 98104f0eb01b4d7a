import type { Refusal, Reply } from '../exchange.ts';
import type { Content } from '../route.ts';

/** A refusal as `{error}`, the way servers of other makers say it. */
export const errorReply = ({ status, message, headers }: Refusal): Reply => ({
  status,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify({ error: message }),
});

/** What `errorReply` looks like. */
export const errorProblem: Content = {
  'application/json': {
    schema: { type: 'object', required: ['error'], properties: { error: { type: 'string' } } },
  },
};
