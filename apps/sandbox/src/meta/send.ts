import type { FaultName } from '../core/faults.js';
import { objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import type { Account } from './accounts.js';
import { graphError, invalid, MAGIC, RATE_LIMIT, RETIRED_TAG } from './graph-errors.js';
import { makeMid } from './message-id.js';
import { checkMessage } from './message-rules.js';
import type { Verdict } from './message-rules.js';
import type { Person, ReceivedMessage } from './people.js';
import type { Receipts } from './receipts.js';
import { DAY_MS } from './side.js';
import type { MetaSide } from './side.js';

const RECEIPT_FAULTS: readonly FaultName[] = ['lost_receipt', 'out_of_order'];
/** Tags that were refused from 27 April 2026 on. */
const RETIRED: ReadonlySet<unknown> = new Set([
  'CONFIRMED_EVENT_UPDATE',
  'ACCOUNT_UPDATE',
  'POST_PURCHASE_UPDATE',
]);

/** Takes one `POST /{id}/messages` with a message through every rule and answers it. */
export function sendMessage(
  side: MetaSide,
  receipts: Receipts,
  account: Account,
  payload: JsonObject,
): ProviderAnswer {
  const { platform } = side;
  const message = objectOf(payload['message']);
  const person = personOf(side, account, payload);
  const problem =
    rateProblem(account, message) ??
    envelopeProblem(side, payload) ??
    (message === undefined ? invalid('Param message is required.') : undefined) ??
    (person === undefined ? platform.nobody : personProblem(side, account, person, payload)) ??
    checkMessage(message ?? {}, platform, side.attachments);
  if (problem || person === undefined) return graphError(problem ?? platform.nobody, platform.errorType);
  const { id } = record(side, account, { person, payload, id: makeMid(platform) }, receipts);
  return { status: 200, body: { recipient_id: person.id, message_id: id, ...reusable(side, message ?? {}) } };
}

/** `react` and `unreact`; the person sees the reaction beside the message. */
export function sendReaction(side: MetaSide, account: Account, payload: JsonObject): ProviderAnswer {
  const { platform } = side;
  const person = personOf(side, account, payload);
  const about = objectOf(payload['payload']);
  const target = textOf(about?.['message_id']);
  const wrong = payload['sender_action'] === 'react' && textOf(about?.['reaction']) === undefined;
  const problem =
    (person === undefined ? platform.nobody : personProblem(side, account, person, payload)) ??
    (wrong ? invalid('Param payload[reaction] is required.') : undefined) ??
    (person && isKnown(person, target) ? undefined : invalid('The message reacted to does not exist.'));
  if (problem || person === undefined) return graphError(problem ?? platform.nobody, platform.errorType);
  const { channelId, accountId } = account.config;
  const atMs = side.world.clock.now();
  const id = `reaction:${target ?? ''}:${atMs}`;
  side.people.receive(person, { id, atMs, channelId, accountId, payload, read: true });
  side.world.changed();
  return { status: 200, body: { recipient_id: person.id } };
}

/** Somebody of this account: an id exists for a business only once the person has written to it. */
export function personOf({ people }: MetaSide, account: Account, payload: JsonObject): Person | undefined {
  const id = textOf(objectOf(payload['recipient'])?.['id']) ?? '';
  return account.windows.has(id) ? people.known(id) : undefined;
}

function isKnown(person: Person, target: string | undefined): boolean {
  return [...person.written, ...person.inbox].some(({ id }) => id === target);
}

function rateProblem({ calls, mediaCalls }: Account, message: JsonObject | undefined): Verdict {
  const type = objectOf(message?.['attachment'])?.['type'];
  const bucket = type === 'audio' || type === 'video' ? mediaCalls : calls;
  return bucket === null || bucket.take(Date.now()) ? undefined : RATE_LIMIT;
}

function envelopeProblem({ platform }: MetaSide, payload: JsonObject): Verdict {
  const type = payload['messaging_type'];
  if (type === undefined && !platform.needsMessagingType) return undefined;
  if (RETIRED.has(payload['tag'])) return RETIRED_TAG;
  return ['RESPONSE', 'UPDATE', 'MESSAGE_TAG'].includes(String(type))
    ? undefined
    : invalid('Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}.');
}

/** Whether this person can be written to now: 24 h after their last message, 7 days for a human agent. */
function personProblem(side: MetaSide, account: Account, person: Person, payload: JsonObject): Verdict {
  const magic = MAGIC.find(({ ending }) => person.id.endsWith(ending));
  if (magic) return magic.problem;
  const last = account.windows.get(person.id) ?? Number.NEGATIVE_INFINITY;
  const allowed = payload['tag'] === 'HUMAN_AGENT' ? 7 * DAY_MS : DAY_MS;
  return side.world.clock.now() - last < allowed ? undefined : side.platform.closed;
}

/** A file that was sent by its address with `is_reusable` gets an id of its own. */
function reusable({ attachments }: MetaSide, message: JsonObject): JsonObject {
  const attachment = objectOf(message['attachment']);
  const payload = objectOf(attachment?.['payload']);
  const url = textOf(payload?.['url']);
  if (payload?.['is_reusable'] !== true || url === undefined) return {};
  const kept = attachments.keepLink(String(attachment?.['type']), url);
  return kept === undefined ? {} : { attachment_id: kept.id };
}

function record(
  side: MetaSide,
  account: Account,
  { person, payload, id }: { person: Person; payload: JsonObject; id: string },
  receipts: Receipts,
): ReceivedMessage {
  const { clock, faults } = side.world;
  const { channelId, accountId } = account.config;
  const message = { id, atMs: clock.now(), channelId, accountId, payload, read: false };
  side.people.receive(person, message);
  const fault = faults.take(side.platform.kind, RECEIPT_FAULTS, { channelId, address: person.id })?.fault;
  if (fault !== 'lost_receipt') receipts.accepted(account, person, message, fault === 'out_of_order');
  side.world.changed();
  return message;
}
