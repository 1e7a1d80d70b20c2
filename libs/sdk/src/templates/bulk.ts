import { setTimeout as pause } from 'node:timers/promises';
import {
  onItsWay,
  type CampaignCounts,
  type CampaignState,
  type ErrorCode,
  type Outcome,
} from '@skein/contracts';
import { errorFor } from '../errors/index.js';
import type { Call, Requester } from '../http/requester.js';
import { nextSendKey } from '../jobs/current-run.js';
import type { Page } from '../messages/types.js';

/** Whom a template goes to: numbers with the same values, or recipients with values of their own. At most 10,000. */
export type BulkInput = {
  /** Values of the body, in order, for everybody who has none of their own. */
  values?: readonly string[];
  /** Groups sends; default: this one alone. */
  campaignId?: string;
  /** The same key and input is one bulk send. */
  idempotencyKey?: string;
} & (
  | { phoneNumbers: readonly string[] }
  | { recipients: readonly { phoneNumber: string; values?: readonly string[] }[] }
);

/** How far a bulk send is. */
export interface BulkProgress {
  batchId: string;
  campaignId: string;
  total: number;
  /** Messages by status; `pending` waits for its turn, `error` never becomes a message. */
  counts: CampaignCounts;
  state: CampaignState;
}

/** What became of one place of the list. */
export type BulkResult = { index: number; phoneNumber: string | null } & (
  Outcome | { error: { code: ErrorCode; detail: string; next?: string[]; firstIndex?: number } }
);

/** A bulk send that is over. */
export interface BulkOutcome extends BulkProgress {
  /** One for each place of the list, in its order. */
  results: BulkResult[];
}

/** Sends of a template to many. */
export interface BulkSends {
  /**
   * Sends a template to up to 10,000 numbers and waits until every one of them is decided. A wrong number is an error at its place and
   * stops nothing.
   *
   * @throws before anything is sent when the template or its values do not fit; `UnknownOutcomeError` when the server is away for
   *   long afterwards: the send goes on, and `follow` finds it again.
   */
  send(
    channelId: string,
    templateId: string,
    input: BulkInput & { onProgress?: (progress: BulkProgress) => void },
  ): Promise<BulkOutcome>;
  /** The same without waiting. */
  start(channelId: string, templateId: string, input: BulkInput): Promise<BulkProgress>;
  /** Tells how far a bulk send is, whenever that has changed, until it is over. */
  follow(batchId: string): AsyncIterable<BulkProgress>;
  /** One result for each place of the list so far. */
  results(batchId: string): Promise<BulkResult[]>;
}

/** Milliseconds between two looks. */
const LOOK_MS = 500;
/** A server that is away is asked again for about two minutes, each time with the retries of every call. */
const MAX_TRIES = 30;
const AWAY_MS = 2000;
/** Results that are read at once: the most that the server gives. */
const PAGE = 200;

/** {@link BulkSends} over a requester. */
export function bulkOf(requester: Requester): BulkSends {
  const start: BulkSends['start'] = async (channelId, templateId, { idempotencyKey, ...input }) => {
    // A try that repeats the run of a job comes to the same key, and so to the same bulk send.
    const key = idempotencyKey ?? nextSendKey();
    return requester.request({
      method: 'POST',
      path: `/v1/templates/${encodeURIComponent(templateId)}/sends`,
      body: { channelId, ...input },
      ...(key === undefined ? {} : { idempotencyKey: key }),
    });
  };
  return {
    start,
    follow: (batchId) => progressOf(requester, batchId),
    results: (batchId) => resultsOf(requester, batchId),
    send: async (channelId, templateId, { onProgress, ...input }) => {
      let last = await start(channelId, templateId, input);
      const patient = patientWith(requester, last.batchId);
      for await (const progress of progressOf(patient, last.batchId)) {
        last = progress;
        onProgress?.(progress);
      }
      return { ...last, results: await resultsOf(patient, last.batchId) };
    },
  };
}

async function* progressOf(
  requester: Pick<Requester, 'request'>,
  batchId: string,
): AsyncGenerator<BulkProgress> {
  let told = '';
  for (;;) {
    const progress = await requester.request<BulkProgress>({ method: 'GET', path: pathOf(batchId) });
    const text = JSON.stringify(progress);
    if (text !== told) yield progress;
    told = text;
    if (isOver(progress)) return;
    await pause(LOOK_MS);
  }
}

function isOver({ state, counts }: BulkProgress): boolean {
  return (state === 'done' || state === 'canceled') && onItsWay(counts) === 0;
}

async function resultsOf(requester: Pick<Requester, 'request'>, batchId: string): Promise<BulkResult[]> {
  const all: BulkResult[] = [];
  let cursor: string | undefined;
  do {
    const page = await requester.request<Page<BulkResult>>({
      method: 'GET',
      path: `${pathOf(batchId)}/results`,
      query: { limit: PAGE, cursor },
    });
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

function pathOf(batchId: string): string {
  return `/v1/batches/${encodeURIComponent(batchId)}`;
}

/** The send was accepted: a server that is away for a while undoes nothing of it. */
function patientWith(requester: Requester, batchId: string): Pick<Requester, 'request'> {
  return {
    request: async <T>(call: Call): Promise<T> => {
      for (let tries = 1; ; tries++) {
        try {
          return await requester.request<T>(call);
        } catch (error) {
          if ((error as { retryable?: boolean }).retryable !== true || tries === MAX_TRIES)
            throw goesOn(batchId, error);
          await pause(AWAY_MS);
        }
      }
    },
  };
}

function goesOn(batchId: string, cause: unknown): Error {
  return errorFor(`The bulk send ${batchId} was accepted and goes on; how far it is could not be read.`, {
    code: 'unknown_outcome',
    retryable: true,
    next: ['Follow it with Templates.whatsapp.follow(batchId), or send again with the same idempotencyKey.'],
    cause,
  });
}
