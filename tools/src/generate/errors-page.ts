import { BLOCKING_CODES, ERROR_CODES, type ErrorCode } from '@skein/contracts';
import { code, heading, table } from './table.js';

/** The page of error codes. */
export function errorsPage(): string {
  const rows = (Object.keys(ERROR_CODES) as ErrorCode[]).map((name) => {
    const { http, title, retryable, next } = ERROR_CODES[name];
    return [
      code(name),
      String(http),
      title,
      retryable ? 'yes' : '',
      BLOCKING_CODES.has(name) ? 'yes' : '',
      next.join(' '),
    ];
  });
  return [
    heading(
      'Error codes',
      'A refused request is answered with `application/problem+json`: `type`, `title`, `status`, `code`, `detail` and, where there is one, `messageId`. When a message was accepted and the refusal came later, the same code is its `reason`; the message then ends `failed`, or `blocked` where the code is policy.',
    ),
    table(['Code', 'HTTP', 'Meaning', 'Worth repeating', 'Policy', 'What to do'], rows),
  ].join('\n');
}
