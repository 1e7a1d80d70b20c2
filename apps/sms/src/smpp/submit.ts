import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import type { TextMessage } from '../encode.js';
import { describeSegments } from '../segments.js';
import type { Submitted } from './bind.js';
import { failureOfStatus } from './failures.js';
import type { PduFields } from './library.js';
import type { Link } from './link.js';
import { linkOf } from './links.js';
import type { SmppAccount } from './links.js';
import { canonicalId } from './message-ids.js';
import type { PartGroup } from './part-receipts.js';
import { submitsOf } from './submit-pdus.js';

/** How long a call waits for a connection that is being opened. */
const READY_MS = 3_000;
/** Pauses between tries of a part after the first one is out. */
const PART_RETRY_MS = 250;

/**
 * One message as one call, whatever the number of its parts. They go one after the other: until the first is accepted nothing has
 * happened and the call can be repeated; after it, parts that have to wait are tried again within the call's time, and what then is
 * still missing makes the call a failed one, because the person may hold a piece of it.
 */
export async function submitText(
  message: TextMessage,
  account: SmppAccount,
  { signal, http }: Pick<SendIo, 'signal' | 'http'>,
): Promise<ProviderReceipt | Failure> {
  if (message.mediaUrls.length > 0) return withoutFiles();
  const link = linkOf(account, http);
  const notReady = await link.ready(READY_MS);
  if (notReady) return notReady;
  const { submits, encoding, segments } = submitsOf(message, account.smpp, link.nextReference());
  const outcome = await submitParts(submits, link, signal);
  if ('kind' in outcome) return outcome;
  return { kind: 'receipt', providerId: outcome.providerId, note: describeSegments(segments, encoding) };
}

function withoutFiles(): Failure {
  const detail = 'SMPP carries no files. Set textOnly on the channel, so that they go out as links.';
  return { kind: 'rejected', reason: 'provider_rejected', detail };
}

async function submitParts(
  submits: readonly PduFields[],
  link: Link,
  signal: AbortSignal,
): Promise<{ providerId: string | null } | Failure> {
  let group: PartGroup | undefined;
  let providerId: string | null = null;
  for (const [index, fields] of submits.entries()) {
    const answer = index === 0 ? await link.submit(fields, signal) : await submitLater(fields, link, signal);
    const id = accepted(answer);
    if (typeof id !== 'string') return index === 0 ? id : incomplete(id, index, submits.length);
    const canonical = canonicalId(id, link.config.submitIds);
    if (canonical === '') continue;
    link.ids.add(canonical);
    if (index === 0) {
      group = submits.length > 1 ? link.parts.start(canonical, submits.length) : undefined;
      providerId = group?.providerId ?? canonical;
    } else if (group) link.parts.add(canonical, group);
  }
  return { providerId };
}

/** The id of an accepted submit, which some SMSCs leave empty, or the failure. */
function accepted(answer: Submitted): string | Failure {
  if (answer.kind !== 'answered') return answer;
  return answer.status === 0 ? answer.messageId : failureOfStatus(answer.status);
}

async function submitLater(fields: PduFields, link: Link, signal: AbortSignal): Promise<Submitted> {
  for (;;) {
    const answer = await link.submit(fields, signal);
    const id = accepted(answer);
    const mayWait = typeof id !== 'string' && (id.kind === 'throttled' || id.kind === 'unavailable');
    if (!mayWait || signal.aborted) return answer;
    await delay(PART_RETRY_MS, undefined, { signal }).catch(() => undefined);
    await link.ready(READY_MS);
  }
}

function incomplete(failure: Failure, sent: number, total: number): Failure {
  if (failure.kind === 'indeterminate') return failure;
  const detail = `Only ${sent} of ${total} parts were accepted. ${failure.detail}`;
  const code = failure.providerCode;
  return {
    kind: 'rejected',
    reason: 'provider_rejected',
    detail,
    ...(code === undefined ? {} : { providerCode: code }),
  };
}
