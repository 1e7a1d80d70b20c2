import type { MessageContent, SendOptions } from '../command.js';
import type { FieldError } from '../refusal.js';
import { checkBody } from './body-safety.js';
import { InstructionDto } from './content.dto.js';
import { SEND_LIMITS } from './limits.js';
import { contentErrors, contentOf, templateErrors, templateOf } from './message-content.js';
import { readScheduleTime } from './schedule-time.js';
import { optionsOf } from './send-options.js';
import type { ParseContext, ParsedSend, SendRequest } from './send-request.js';
import {
  SendTemplateDto,
  SendToConversationDto,
  SendToPersonDto,
  type ClientDto,
  type RecipientDto,
} from './send.dto.js';
import { readShape, type Shaped } from './shape.js';

/** Which surface the body came in on: only NATS items carry their own key, only HTTP sends templates by their own form. */
export type SendSurface = 'http' | 'nats' | 'template';

/**
 * Reads a send in form 1, form 2 or (surface `template`) the template form, and checks everything that the request alone can tell.
 * Pure: the same body at the same time gives the same answer.
 *
 * @returns the canonical request, or every wrong field with its dotted path.
 */
export function parseSend(body: unknown, surface: SendSurface, context: ParseContext): ParsedSend {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return invalid([{ field: 'body', reason: 'must be a JSON object' }]);
  }
  const safety = checkBody(body);
  if (safety.tooLarge) {
    return {
      errors: safety.errors,
      code: 'payload_too_large',
      detail: 'A text of the message is too large.',
    };
  }
  if (safety.errors.length > 0) return invalid(safety.errors);
  if (surface === 'template') return parseTemplate(body, context);
  const parsed = isFormTwo(body) ? parseFormTwo(body, context) : parseFormOne(body, context);
  if (!('ok' in parsed) || surface === 'nats' || parsed.ok.idempotencyKey === null) return parsed;
  return invalid([{ field: 'idempotencyKey', reason: 'is given in the Idempotency-Key header' }]);
}

function isFormTwo(body: object): boolean {
  return !Object.hasOwn(body, 'to') && Object.hasOwn(body, 'conversationId');
}

function invalid(errors: FieldError[]): ParsedSend {
  return {
    errors,
    code: 'invalid_request',
    detail: `${errors[0]?.field ?? 'body'} ${errors[0]?.reason ?? 'is not valid'}.`,
  };
}

function parseFormOne(body: object, context: ParseContext): ParsedSend {
  const content = (body as { content?: unknown }).content;
  const plain = typeof content === 'string';
  const shaped = readShape(SendToPersonDto, plain ? { ...body, content: { text: content } } : body);
  if ('errors' in shaped) return invalid(plain ? plainPath(shaped.errors) : shaped.errors);
  const dto = shaped.value;
  const due = readDue(dto, context);
  const said = dto.content ?? (dto.text === undefined ? undefined : { text: dto.text });
  const errors = [...recipientErrors(dto.to), ...saidErrors(dto), ...clientErrors(dto.client), ...due.errors];
  const options = optionsOf(dto.options);
  if ('errors' in options) errors.push(...options.errors);
  if (errors.length > 0 || said === undefined || 'errors' in options) return invalid(errors);
  return {
    ok: {
      form: 1,
      to: recipientOf(dto.to),
      ...pick(dto, ['channel', 'channelId', 'agentId', 'client']),
      content: { ...contentOf(said), ...pick(dto, ['messageContext']) },
      options: options.value,
      origin: dto.origin ?? 'api',
      ...meta(dto, due.dueAt),
    },
  };
}

function parseFormTwo(body: object, context: ParseContext): ParsedSend {
  const { content, type } = body as { content?: unknown; type?: unknown };
  const plain = typeof content === 'string';
  if (plain && type !== undefined && type !== 'text') {
    return invalid([{ field: 'content', reason: 'must be an object unless type is text' }]);
  }
  if (type === 'instruction') return parseInstruction(body, content, context);
  const shaped = readShape(SendToConversationDto, plain ? { ...body, content: { text: content } } : body);
  if ('errors' in shaped) return invalid(plain ? plainPath(shaped.errors) : shaped.errors);
  const dto = shaped.value;
  const due = readDue(dto, context);
  const errors = [
    ...contentErrors(dto.content, 'content'),
    ...typeErrors(dto),
    ...clientErrors(dto.client),
    ...due.errors,
  ];
  const options = optionsOf(dto.options);
  if ('errors' in options) errors.push(...options.errors);
  if (errors.length > 0 || 'errors' in options) return invalid(errors);
  return { ok: formTwo(dto, contentOf(dto.content), options.value, due.dueAt) };
}

/** An instruction is a send whose content is for the agent. */
function parseInstruction(body: object, content: unknown, context: ParseContext): ParsedSend {
  const rest = readShape(SendToConversationDto, { ...body, content: { text: 'instruction' } });
  const inner: Shaped<InstructionDto> =
    typeof content === 'object' && content !== null && !Array.isArray(content)
      ? readShape(InstructionDto, content)
      : { errors: [{ field: '', reason: 'must be an object' }] };
  const own = 'errors' in inner ? inner.errors : [];
  const errors = own.map(({ field, reason }) => ({
    field: field === '' ? 'content' : `content.${field}`,
    reason,
  }));
  if ('errors' in rest) return invalid([...rest.errors, ...errors]);
  const dto = rest.value;
  const due = readDue(dto, context);
  errors.push(...clientErrors(dto.client), ...due.errors);
  const options = optionsOf(dto.options);
  if ('errors' in options) errors.push(...options.errors);
  if (errors.length > 0 || 'errors' in options || 'errors' in inner) return invalid(errors);
  const { text, mode = 'wait' } = inner.value;
  return { ok: formTwo(dto, { text, instruction: { mode } }, options.value, due.dueAt) };
}

function formTwo(
  dto: SendToConversationDto,
  content: MessageContent,
  options: SendOptions,
  dueAt: Date | null,
): SendRequest {
  return {
    form: 2,
    to: { address: dto.conversationId },
    ...pick(dto, ['channelId', 'client']),
    content,
    options,
    origin: 'api',
    ...meta(dto, dueAt),
  };
}

function parseTemplate(body: object, context: ParseContext): ParsedSend {
  const shaped = readShape(SendTemplateDto, body);
  if ('errors' in shaped) return invalid(shaped.errors);
  const dto = shaped.value;
  const due = readDue(dto, context);
  const errors = [...templateErrors(dto.template, 'template'), ...clientErrors(dto.client), ...due.errors];
  if (errors.length > 0) return invalid(errors);
  return {
    ok: {
      form: 'template',
      to: { phoneNumber: dto.conversationId },
      ...pick(dto, ['channelId', 'client']),
      content: { template: templateOf(dto.template), ...pick(dto, ['messageContext']) },
      options: {},
      origin: 'api',
      ...meta(dto, due.dueAt),
    },
  };
}

/** `content` was a string: its errors are its own, not those of a `text` the caller never wrote. */
function plainPath(errors: FieldError[]): FieldError[] {
  return errors.map((error) => (error.field === 'content.text' ? { ...error, field: 'content' } : error));
}

const RECIPIENT_FORMS = ['userId', 'phoneNumber', 'email', 'conversationId', 'target'] as const;

function recipientErrors(to: RecipientDto): FieldError[] {
  const given = RECIPIENT_FORMS.filter((form) => to[form] !== undefined);
  if (given.length === 1) return [];
  const reason = `must have exactly one of ${RECIPIENT_FORMS.join(', ')}`;
  return [{ field: 'to', reason: given.length === 0 ? reason : `${reason}; it has ${given.join(' and ')}` }];
}

function recipientOf(to: RecipientDto): SendRequest['to'] {
  if (to.target !== undefined) return { target: to.target };
  if (to.userId !== undefined) return { userId: to.userId };
  if (to.phoneNumber !== undefined) return { phoneNumber: to.phoneNumber };
  if (to.email !== undefined) return { email: to.email };
  return { conversationId: to.conversationId ?? '' };
}

function saidErrors(dto: SendToPersonDto): FieldError[] {
  if (dto.text !== undefined && dto.content !== undefined) {
    return [{ field: 'content', reason: 'cannot be given together with text' }];
  }
  if (dto.messageContext !== undefined && dto.content?.template === undefined)
    return [{ field: 'messageContext', reason: 'is for templates: content.template is required with it' }];
  if (dto.content !== undefined) return contentErrors(dto.content, 'content');
  return dto.text === undefined ? [{ field: 'text', reason: 'or content is required' }] : [];
}

/** `type` names the member of the content that must be there; only `email` and media may have text beside it. */
function typeErrors(dto: SendToConversationDto): FieldError[] {
  const type = dto.type;
  if (type === undefined || type === 'instruction' || dto.content[type] !== undefined) return [];
  return [{ field: `content.${type}`, reason: `is required when type is ${type}` }];
}

function clientErrors(client: ClientDto | undefined): FieldError[] {
  if (client?.customFields === undefined) return [];
  const limit = SEND_LIMITS.customFieldsBytes;
  if (Buffer.byteLength(JSON.stringify(client.customFields)) <= limit) return [];
  return [{ field: 'client.customFields', reason: `has more than ${limit} bytes` }];
}

interface Due {
  dueAt: Date | null;
  errors: FieldError[];
}

/** When a send is to leave, from `delay` or `scheduleTime`; also used to reschedule. */
export function readDue(dto: { delay?: number; scheduleTime?: string }, context: ParseContext): Due {
  const { delay, scheduleTime } = dto;
  const wrong = (field: string, reason: string): Due => ({ dueAt: null, errors: [{ field, reason }] });
  if (delay !== undefined && scheduleTime !== undefined)
    return wrong('scheduleTime', 'cannot be given together with delay');
  if (delay !== undefined) return { dueAt: new Date(context.now.getTime() + delay), errors: [] };
  if (scheduleTime === undefined) return { dueAt: null, errors: [] };
  const dueAt = readScheduleTime(scheduleTime, context.timeZone);
  if (dueAt === undefined) return wrong('scheduleTime', 'must be an ISO 8601 date and time');
  const ahead = dueAt.getTime() - context.now.getTime();
  if (ahead < 0) return wrong('scheduleTime', 'is in the past');
  return ahead > SEND_LIMITS.scheduleAheadMs
    ? wrong('scheduleTime', 'is more than a year ahead')
    : { dueAt, errors: [] };
}

type Meta = Pick<SendRequest, 'campaignId' | 'dueAt' | 'idempotencyKey'>;

function meta(dto: { campaignId?: string; idempotencyKey?: string }, dueAt: Date | null): Meta {
  return { campaignId: dto.campaignId ?? 'api', dueAt, idempotencyKey: dto.idempotencyKey ?? null };
}

/** The named members that are there. */
function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]),
  ) as Pick<T, K>;
}
