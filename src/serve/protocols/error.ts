import type { Refusal, Reply } from '../exchange.ts';

/** A refusal as `{error}`, the way servers of other makers say it. */
export const errorReply = ({ status, message, headers }: Refusal): Reply => ({
  status,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify({ error: message }),
});
