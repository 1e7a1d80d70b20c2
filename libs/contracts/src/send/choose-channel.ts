import { capabilitiesOf } from '../capabilities/index.js';
import type { ChannelRow } from '../channel-account.js';
import type { Recipient, SendCommand } from '../command.js';
import { isUuid } from '../ids.js';
import type { ChannelKind } from '../kinds.js';
import type { FieldError, Refusal } from '../refusal.js';
import { E164 } from './limits.js';
import type { SendRequest } from './send-request.js';
import { resolveTarget, type TargetName } from './target.js';

/** What is needed of a channel to choose it. */
export type ChoosableChannel = Pick<ChannelRow, 'id' | 'kind' | 'agentId'>;

export interface ChannelScope {
  /** Every channel of the workspace. */
  channels: readonly ChoosableChannel[];
  /** Every name that the workspace gave to a chat. */
  targets: readonly TargetName[];
  /** The agent that the API key is bound to; null = all of the workspace. */
  keyAgentId: string | null;
  /** The channel of the turn in whose name is sent. */
  turnChannelId?: string;
}

/** What a sender is told of a channel on which only the agent's answers go out. */
export const ANSWERS_ONLY = 'Only the agent speaks on this channel, in answer to what was asked there.';

export type ChosenCommand = { command: SendCommand } | { refusal: Refusal };

/** A request whose recipient is known by address, person or conversation. */
type PlacedRequest = Omit<SendRequest, 'to'> & { to: Recipient };

/**
 * Chooses the channel of a request and completes it to the canonical command. With neither `channel` nor `channelId` the channel
 * stays open: the contact's last inbound decides, which only the router can know.
 *
 * @returns `unknown_channel`, `ambiguous_channel` (with the ids to choose from), `forbidden`, `not_supported` or `invalid_request`
 *   where the request and the channels alone tell it.
 */
export function commandOf(asked: SendRequest, scope: ChannelScope): ChosenCommand {
  const placed = place(asked, scope);
  if ('refusal' in placed) return placed;
  const { request } = placed;
  const named = request.agentId ?? scope.keyAgentId ?? undefined;
  if (scope.keyAgentId !== null && named !== scope.keyAgentId) {
    return { refusal: { code: 'forbidden', detail: 'The key belongs to another agent.' } };
  }
  if ('conversationId' in request.to && !isUuid(request.to.conversationId)) {
    return { refusal: { code: 'no_conversation', detail: 'There is no such conversation.' } };
  }
  if (request.channelId === undefined && request.channel === undefined) {
    return { command: complete(request, request.to, undefined, named) };
  }
  const choice = chooseChannel(request, scope.channels, named);
  if ('refusal' in choice) return choice;
  const { channel } = choice;
  if (scope.keyAgentId !== null && channel.agentId !== scope.keyAgentId) {
    return { refusal: { code: 'forbidden', detail: 'The channel belongs to another agent.' } };
  }
  if (isOutOfTurn(request, channel, scope)) {
    return { refusal: { code: 'not_supported', detail: ANSWERS_ONLY } };
  }
  const errors = fitErrors(request, channel.kind);
  if (errors.length > 0) return { refusal: { code: 'invalid_request', detail: sentence(errors), errors } };
  return { command: complete(request, canonicalTo(request.to, channel.kind), channel, channel.agentId) };
}

/** An instruction is for the agent, which nobody keeps from being told. */
function isOutOfTurn(
  { content }: PlacedRequest,
  { id, kind }: ChoosableChannel,
  scope: ChannelScope,
): boolean {
  const answersOnly = capabilitiesOf(kind)?.answersOnly === true && content.instruction === undefined;
  return answersOnly && id !== scope.turnChannelId;
}

type Placed = { request: PlacedRequest } | { refusal: Refusal };

/** Names told to somebody whose own does not exist. */
const MAX_CHOICES = 100;

/** A target becomes the address it stands for, on a channel of its platform. */
function place(request: SendRequest, { channels, targets }: ChannelScope): Placed {
  const { to, channel, channelId } = request;
  if (!('target' in to)) return { request: { ...request, to } };
  const found = resolveTarget(to.target, targets);
  if ('reason' in found) return noTarget(to.target, found.reason, targets);
  const { kind, address } = found.target;
  const other = channel ?? channels.find(({ id }) => id === channelId)?.kind ?? kind;
  if (other !== kind) return wrongTarget(`names ${kind} but the channel is ${other}`);
  return { request: { ...request, to: { address }, ...(channelId === undefined ? { channel: kind } : {}) } };
}

function wrongTarget(reason: string): { refusal: Refusal } {
  const errors = [{ field: 'to.target', reason }];
  return { refusal: { code: 'invalid_request', detail: sentence(errors), errors } };
}

/** Says what there is, so that a model can choose again. */
function noTarget(target: string, reason: string, targets: readonly TargetName[]): { refusal: Refusal } {
  const choices = targets.slice(0, MAX_CHOICES).map(({ name }) => name);
  const known = choices.length === 0 ? 'No names are configured' : `There are ${choices.join(', ')}`;
  const errors = [{ field: 'to.target', reason }];
  const detail = `"${target}" ${reason}. ${known}; a chat is <platform>:<chat_id> or <platform>:<chat_id>:<thread_id>.`;
  return { refusal: { code: 'invalid_request', detail, errors, choices } };
}

type Choice = { channel: ChoosableChannel } | { refusal: Refusal };

/** The channel with the given id, or the agent's only channel of the given kind. */
export function chooseChannel(
  request: Pick<SendRequest, 'channel' | 'channelId' | 'agentId'>,
  channels: readonly ChoosableChannel[],
  agentId: string | undefined,
): Choice {
  if (request.channelId !== undefined) {
    const channel = channels.find((candidate) => candidate.id === request.channelId);
    if (channel === undefined) return unknown('There is no such channel.');
    if (request.channel !== undefined && request.channel !== channel.kind) {
      return mismatch('channel', `is ${request.channel} but the channel in channelId is ${channel.kind}`);
    }
    if (request.agentId !== undefined && request.agentId !== channel.agentId) {
      return mismatch('agentId', 'is not the agent of the channel in channelId');
    }
    return { channel };
  }
  const fitting = channels.filter(
    (channel) => channel.kind === request.channel && (agentId === undefined || channel.agentId === agentId),
  );
  const [only] = fitting;
  if (only === undefined) return unknown(`There is no ${request.channel ?? ''} channel.`);
  if (fitting.length === 1) return { channel: only };
  const choices = fitting.map((channel) => channel.id);
  return {
    refusal: { code: 'ambiguous_channel', detail: `Several channels fit: ${choices.join(', ')}.`, choices },
  };
}

function unknown(detail: string): Choice {
  return { refusal: { code: 'unknown_channel', detail } };
}

function mismatch(field: string, reason: string): Choice {
  const errors = [{ field, reason }];
  return { refusal: { code: 'invalid_request', detail: sentence(errors), errors } };
}

function sentence(errors: FieldError[]): string {
  return errors.map(({ field, reason }) => `${field} ${reason}.`).join(' ');
}

const PHONE_KINDS: ReadonlySet<ChannelKind> = new Set<ChannelKind>(['whatsapp', 'sms']);
/** Digits with what people put between them: meant as a phone number, so it must be a right one. */
const PHONE_LIKE = /^\+?[\d\s().-]+$/;
const MAIL = /^[^\s@]+@[^\s@]+$/;

/** What the channel's kind rules out, whoever the message is for. */
function fitErrors(request: PlacedRequest, kind: ChannelKind): FieldError[] {
  const { to, content, form } = request;
  const errors: FieldError[] = [];
  if (content.template !== undefined && capabilitiesOf(kind)?.templates !== true) {
    errors.push({
      field: form === 'template' ? 'channelId' : 'content.template',
      reason: `does not fit: ${kind} has no templates`,
    });
  }
  if ('phoneNumber' in to && !PHONE_KINDS.has(kind)) {
    errors.push({
      field: form === 1 ? 'to.phoneNumber' : 'conversationId',
      reason: `does not fit a ${kind} channel`,
    });
  }
  if ('email' in to && kind !== 'email')
    errors.push({ field: 'to.email', reason: `does not fit a ${kind} channel` });
  // The address of form 1 is that of a target, which was read in the shapes of its platform.
  if ('address' in to && form !== 1) errors.push(...addressErrors(to.address, kind));
  return errors;
}

function addressErrors(address: string, kind: ChannelKind): FieldError[] {
  if (isUuid(address)) return [];
  if (PHONE_KINDS.has(kind) && PHONE_LIKE.test(address) && !E164.test(address)) {
    return [
      { field: 'conversationId', reason: 'must be a phone number in E.164 form, such as +5215512345678' },
    ];
  }
  if (kind === 'email' && address.includes('@') && !MAIL.test(address)) {
    return [{ field: 'conversationId', reason: 'must be an e-mail address' }];
  }
  return [];
}

/** One spelling per recipient, so that its messages keep their order whichever form they came in. */
function canonicalTo(to: Recipient, kind: ChannelKind): Recipient {
  if ('email' in to) return { email: to.email.toLowerCase() };
  if (!('address' in to)) return to;
  if (isUuid(to.address)) return { conversationId: to.address.toLowerCase() };
  return { address: kind === 'email' ? to.address.toLowerCase() : to.address };
}

function complete(
  request: PlacedRequest,
  to: Recipient,
  channel: ChoosableChannel | undefined,
  agentId: string | undefined,
): SendCommand {
  return {
    form: request.form,
    to,
    ...(channel === undefined ? {} : { channelId: channel.id, kind: channel.kind }),
    ...(agentId === undefined ? {} : { agentId }),
    content: request.content,
    options: request.options,
    ...(request.client === undefined ? {} : { client: request.client }),
  };
}
