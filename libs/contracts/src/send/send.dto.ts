import { IsIn, IsInt, IsObject, IsEmail, Matches, Max, Min } from 'class-validator';
import { CHANNEL_KINDS, type ChannelKind } from '../kinds.js';
import { ContentDto, TemplateDto } from './content.dto.js';
import { Maybe, Nested, Words, WordsList } from './fields.js';
import { E164, SEND_LIMITS } from './limits.js';

const { delayMs, holdForSeconds, textBytes, keyLength } = SEND_LIMITS;

export const CONTENT_TYPES = [
  'text',
  'image',
  'video',
  'file',
  'audio',
  'interactive',
  'email',
  'instruction',
] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

/** The origins that a caller may state; the server sets the others. */
export const STATED_ORIGINS = ['job', 'webhook', 'trigger'] as const;

/** Who it is for: exactly one member. */
export class RecipientDto {
  @Maybe() @Words(200) userId?: string;
  @Maybe()
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +5215512345678' })
  phoneNumber?: string;
  @Maybe() @IsEmail({}, { message: 'must be an e-mail address' }) email?: string;
  @Maybe() @Words(256) conversationId?: string;
  @Maybe() @Words(512) target?: string;
}

export class ClientDto {
  @Maybe() @Words(200) name?: string;
  @Maybe() @IsEmail({}, { message: 'must be an e-mail address' }) email?: string;
  @Maybe() @Words(200) userId?: string;
  @Maybe() @WordsList(50, 200) owners?: string[];
  @Maybe() @IsObject({ message: 'must be an object' }) customFields?: Record<string, unknown>;
}

export class ClosedWindowTemplateDto {
  @Words(512) name!: string;
  @Maybe() @Words(20) languageCode?: string;
  @Maybe() @WordsList(50, 4096) params?: string[];
}

export class WhatsAppOptionsDto {
  @Maybe()
  @IsIn(['hold', 'fail', 'template'], { message: 'must be hold, fail or template' })
  onClosedWindow?: 'hold' | 'fail' | 'template';
  @Maybe() @Nested(ClosedWindowTemplateDto) template?: ClosedWindowTemplateDto;
}

export class OptionsDto {
  @Maybe() @Nested(WhatsAppOptionsDto) whatsapp?: WhatsAppOptionsDto;
  @Maybe() @IsIn(['report', 'resend']) onUnknown?: 'report' | 'resend';
  /** Seconds. */
  @Maybe() @IsInt() @Min(holdForSeconds.min) @Max(holdForSeconds.max) holdFor?: number;
}

/** Form 1: names a person, and the channel where it matters. */
export class SendToPersonDto {
  @Maybe()
  @IsIn(CHANNEL_KINDS, { message: `must be one of ${CHANNEL_KINDS.join(', ')}` })
  channel?: ChannelKind;
  @Maybe() @Words(256) channelId?: string;
  @Maybe() @Words(256) agentId?: string;
  @Nested(RecipientDto) to!: RecipientDto;
  @Maybe() @Words(textBytes) text?: string;
  @Maybe() @Nested(ContentDto) content?: ContentDto;
  /** What the thread shows for a template. */
  @Maybe() @Words(textBytes) messageContext?: string;
  @Maybe() @Nested(OptionsDto) options?: OptionsDto;
  @Maybe() @Nested(ClientDto) client?: ClientDto;
  @Maybe() @Words(200) campaignId?: string;
  @Maybe()
  @IsIn(STATED_ORIGINS, { message: 'must be job, webhook or trigger; the server sets the others' })
  origin?: (typeof STATED_ORIGINS)[number];
  /** Milliseconds. */
  @Maybe() @IsInt() @Min(delayMs.min) @Max(delayMs.max) delay?: number;
  @Maybe() @Words(64) scheduleTime?: string;
  /** NATS only; over HTTP it is the header. */
  @Maybe() @Words(keyLength) idempotencyKey?: string;
}

/** Form 2: names a channel and a conversation or address on it. */
export class SendToConversationDto {
  @Words(256) channelId!: string;
  @Words(320) conversationId!: string;
  @Nested(ContentDto) content!: ContentDto;
  @Maybe() @IsIn(CONTENT_TYPES, { message: `must be one of ${CONTENT_TYPES.join(', ')}` }) type?: ContentType;
  @Maybe() @Nested(OptionsDto) options?: OptionsDto;
  @Maybe() @Nested(ClientDto) client?: ClientDto;
  @Maybe() @Words(200) campaignId?: string;
  /** Milliseconds. */
  @Maybe() @IsInt() @Min(delayMs.min) @Max(delayMs.max) delay?: number;
  @Maybe() @Words(64) scheduleTime?: string;
  /** NATS only; over HTTP it is the header. */
  @Maybe() @Words(keyLength) idempotencyKey?: string;
}

/** An approved template to a phone number, known or not. */
export class SendTemplateDto {
  @Words(256) channelId!: string;
  @Matches(E164, { message: 'must be a phone number in E.164 form, such as +5215512345678' })
  conversationId!: string;
  @Nested(TemplateDto) template!: TemplateDto;
  /** What the thread shows. */
  @Maybe() @Words(textBytes) messageContext?: string;
  @Maybe() @Nested(ClientDto) client?: ClientDto;
  @Maybe() @Words(200) campaignId?: string;
  /** Milliseconds. */
  @Maybe() @IsInt() @Min(delayMs.min) @Max(delayMs.max) delay?: number;
  @Maybe() @Words(64) scheduleTime?: string;
}
