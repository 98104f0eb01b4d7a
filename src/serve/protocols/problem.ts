/** Refusals as problem details (RFC 9457). */
import type { Refusal, Reply } from '../exchange.ts';
import type { Content } from '../route.ts';

/** What `problemReply` looks like. */
export const problem: Content = {
  'application/problem+json': {
    schema: {
      type: 'object',
      required: ['type', 'title', 'status', 'detail'],
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string' },
        errors: {
          type: 'array',
          items: {
            type: 'object',
            required: ['pointer', 'expected', 'found'],
            properties: {
              pointer: { type: 'string', description: 'JSON pointer into the body' },
              expected: { type: 'string' },
              found: { type: 'string' },
              hint: { type: 'string' },
              allowed: { type: 'array', items: { type: 'string' } },
            },
          },
        },
      },
    },
  },
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** A refusal as problem details. */
export const problemReply = ({ status, message, problems, headers }: Refusal): Reply => ({
  status,
  headers: { ...headers, 'content-type': 'application/problem+json' },
  body: JSON.stringify({
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    detail: message,
    ...(problems.length > 0 && { errors: problems }),
  }),
});
