import type { FaultName } from '../core/faults.js';
import { isObject, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import type { Account } from './accounts.js';
import { badValue, invalidParameter, missingParameter } from './checks.js';
import type { Verdict } from './checks.js';
import { checkContent } from './content-rules.js';
import { graphError } from './graph-errors.js';
import type { GraphProblem } from './graph-errors.js';
import { LIMITS } from './limits.js';
import { mediaOf } from './media.js';
import type { Person, ReceivedMessage } from './people.js';
import { checkPolicy, checkThroughput } from './policy.js';
import type { Receipts } from './receipts.js';
import type { WhatsAppSide } from './side.js';
import { fillTemplate } from './template-rules.js';
import type { Template } from './templates.js';
import { isUserId, phoneDigits } from './wa-id.js';
import { makeWamid } from './wamid.js';

interface Recipient {
  person: Person;
  input: string;
}

interface Content {
  template: Template | undefined;
  /** Found wrong only after acceptance. */
  late: GraphProblem | undefined;
}

const RECEIPT_FAULTS: readonly FaultName[] = ['lost_receipt', 'out_of_order'];

/** Takes one `POST /{phone_number_id}/messages` through every rule, in the platform's order, and answers it. */
export function sendMessage(
  side: WhatsAppSide,
  receipts: Receipts,
  account: Account,
  payload: JsonObject,
): ProviderAnswer {
  if (payload['messaging_product'] !== 'whatsapp') {
    return graphError(invalidParameter('The parameter messaging_product must be "whatsapp".'));
  }
  const refused = checkThroughput(account) ?? checkEnvelope(payload);
  if (refused) return graphError(refused);
  const recipient = recipientOf(side, account, payload);
  if ('code' in recipient) return graphError(recipient);
  const content = contentOf(side, account, recipient.person, payload);
  if ('code' in content) return graphError(content);
  const { person } = recipient;
  const policy = checkPolicy({
    account,
    person,
    template: content.template,
    businessNow: side.world.clock.now(),
  });
  if ('refused' in policy) return graphError(policy.refused);
  const message = record(side, account, recipient, payload, content.late ?? policy.late, receipts);
  return answer(side, recipient, payload, message);
}

function checkEnvelope(payload: JsonObject): Verdict {
  const echo = payload['biz_opaque_callback_data'];
  if (echo !== undefined && (typeof echo !== 'string' || echo.length > LIMITS.callbackData)) {
    return invalidParameter(
      `Param biz_opaque_callback_data must be a string of at most ${LIMITS.callbackData} characters.`,
    );
  }
  const type = payload['recipient_type'];
  return type === undefined || type === 'individual'
    ? undefined
    : invalidParameter('Param recipient_type must be individual.');
}

function recipientOf(side: WhatsAppSide, account: Account, payload: JsonObject): Recipient | GraphProblem {
  const to = textOf(payload['to']);
  if (to !== undefined) {
    const digits = phoneDigits(to);
    if (digits === undefined)
      return badValue('to is not a phone number; a business-scoped user id goes into recipient.');
    if (digits === account.ownDigits) return { code: 131021, details: 'Recipient cannot be sender' };
    return { person: side.people.byDigits(digits), input: to };
  }
  const userId = textOf(payload['recipient']);
  if (userId === undefined) return missingParameter('The parameter to is required.');
  if (!isUserId(userId)) return badValue('recipient is not a business-scoped user id.');
  return { person: side.people.at(userId), input: userId };
}

function contentOf(
  side: WhatsAppSide,
  account: Account,
  person: Person,
  payload: JsonObject,
): Content | GraphProblem {
  const type = textOf(payload['type']) ?? 'text';
  if (type === 'template') return templateOf(side, account, payload);
  const problem = checkContent(type, payload);
  if (problem) return problem;
  const content = payload[type];
  if (type === 'text' || !isObject(content)) return { template: undefined, late: undefined };
  if (type === 'reaction') return { template: undefined, late: reactionProblem(person, content) };
  const media = mediaOf(type, content);
  return media
    ? fileVerdict(side, undefined, media.type, media.file)
    : { template: undefined, late: undefined };
}

function templateOf(side: WhatsAppSide, account: Account, payload: JsonObject): Content | GraphProblem {
  const verdict = fillTemplate(account.config.templates, payload['template']);
  if ('problem' in verdict) return verdict.problem;
  const { template, media } = verdict.filled;
  if (!media || media.type === 'location') return { template, late: undefined };
  return fileVerdict(side, template, media.type, media);
}

function fileVerdict(
  side: WhatsAppSide,
  template: Template | undefined,
  type: string,
  file: { id?: unknown; link?: unknown },
): Content | GraphProblem {
  if (file.id !== undefined) return side.media.checkId(type, file.id) ?? { template, late: undefined };
  return { template, late: side.media.checkLink(type, String(file.link)) };
}

function reactionProblem(person: Person, reaction: JsonObject): GraphProblem | undefined {
  const id = reaction['message_id'];
  const known =
    person.written.some(({ message }) => message.id === id) ||
    person.inbox.some((message) => message.id === id);
  return known ? undefined : badValue('The message reacted to does not exist in this conversation.');
}

function record(
  side: WhatsAppSide,
  account: Account,
  { person }: Recipient,
  payload: JsonObject,
  late: GraphProblem | undefined,
  receipts: Receipts,
): ReceivedMessage {
  const { clock, faults } = side.world;
  const { channelId, phoneNumberId, autoRead } = account.config;
  const id = makeWamid(person.key, 'toPerson');
  const message = { id, atMs: clock.now(), channelId, phoneNumberId, payload, read: autoRead };
  const fault = faults.take('whatsapp', RECEIPT_FAULTS, { channelId, address: person.key })?.fault;
  if (late) receipts.failed(account, person, message, late);
  else side.people.receive(person, message);
  if (!late && fault !== 'lost_receipt')
    receipts.accepted(account, person, message, fault === 'out_of_order');
  side.world.changed();
  return message;
}

function answer(
  side: WhatsAppSide,
  { person, input }: Recipient,
  payload: JsonObject,
  { id }: ReceivedMessage,
): ProviderAnswer {
  const contact: JsonObject = { input };
  if (person.waId !== null && !(person.hidePhone && isUserId(input))) contact['wa_id'] = person.waId;
  if (isUserId(input)) contact['user_id'] = side.people.userIdOf(person);
  const sent = objectOf(payload['template']) ? { id, message_status: 'accepted' } : { id };
  return { status: 200, body: { messaging_product: 'whatsapp', contacts: [contact], messages: [sent] } };
}
