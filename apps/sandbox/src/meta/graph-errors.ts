import { randomBytes } from 'node:crypto';
import type { ProviderAnswer } from '../core/journal.js';

/** Why a request is refused. */
export interface GraphProblem {
  code: number;
  subcode?: number;
  message: string;
  status?: number;
  transient?: boolean;
}

/** HTTP status by code where it is not 400. */
const STATUS: Readonly<Record<number, number>> = { 1: 500, 2: 500, 1200: 500, 10: 403, 190: 401, 200: 403 };

/** `{"error": {message, type, code, error_subcode, fbtrace_id}}` (Meta, Messenger Platform error codes, 18 March 2026). */
export function graphError(problem: GraphProblem, errorType: string): ProviderAnswer {
  const { code, subcode, message, transient } = problem;
  const error = {
    message: code === 190 ? message : `(#${code}) ${message}`,
    type: errorType,
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    ...(transient === undefined ? {} : { is_transient: transient }),
    fbtrace_id: `A${randomBytes(12).toString('base64url')}`,
  };
  return { status: problem.status ?? STATUS[code] ?? 400, body: { error } };
}

export const invalid = (message: string): GraphProblem => ({ code: 100, message });

export const RATE_LIMIT: GraphProblem = {
  code: 613,
  message: 'Calls to this API have exceeded the rate limit.',
};
export const TEMPORARY: GraphProblem = {
  code: 2,
  message: 'Service temporarily unavailable',
  transient: true,
};
export const BAD_TOKEN: GraphProblem = { code: 190, message: 'Invalid OAuth access token.' };
export const NOT_FETCHED: GraphProblem = {
  code: 100,
  subcode: 2018008,
  message: 'Failed to fetch the file from the url.',
};
export const NOT_UPLOADED: GraphProblem = {
  code: 100,
  subcode: 2018047,
  message: 'Upload attachment failure.',
};
export const TOO_LARGE: GraphProblem = {
  code: 100,
  subcode: 2018109,
  message: 'Attachment size exceeds allowable limit.',
};
export const RETIRED_TAG: GraphProblem = {
  code: 100,
  subcode: 1893061,
  message: 'This message tag is no longer supported.',
};

/** What an id with this ending meets (README). */
export const MAGIC: readonly { ending: string; problem: GraphProblem }[] = [
  {
    ending: '990551',
    problem: { code: 551, subcode: 1545041, message: "This person isn't available right now." },
  },
  {
    ending: '990108',
    problem: {
      code: 10,
      subcode: 2018108,
      message: "This person isn't receiving messages from you right now.",
    },
  },
  {
    ending: '990368',
    problem: {
      code: 368,
      message: 'The action attempted has been deemed abusive or is otherwise disallowed.',
    },
  },
];
