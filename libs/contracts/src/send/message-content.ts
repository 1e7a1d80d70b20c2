import type { EmailContent, InteractiveContent, MediaContent, MessageContent } from '../command.js';
import type { MediaKind, MediaSource } from '../components.js';
import type { TemplateUse } from '../parts.js';
import type { FieldError } from '../refusal.js';
import type {
  AttachmentDto,
  ContentDto,
  EmailContentDto,
  InteractiveDto,
  MediaDto,
  PartDto,
  TemplateDto,
} from './content.dto.js';

const MEDIA_KINDS: readonly MediaKind[] = ['image', 'video', 'audio', 'file'];

/** Rules between the fields of a content that each is valid alone; `at` is the path of the content. */
export function contentErrors(content: ContentDto, at: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Object.values(content).every((value) => value === undefined)) {
    errors.push({
      field: at,
      reason:
        'must have text, image, video, audio, file, interactive, parts, email, template, reaction or edit',
    });
  }
  errors.push(...partErrors(content, at));
  if (content.parts?.length === 0)
    errors.push({ field: `${at}.parts`, reason: 'must have at least one item' });
  content.parts?.forEach((part, index) => errors.push(...contentErrors(part, `${at}.parts.${index}`)));
  content.email?.attachments?.forEach((file, index) =>
    errors.push(...sourceErrors(file, `${at}.email.attachments.${index}`)),
  );
  if (content.template) errors.push(...templateErrors(content.template, `${at}.template`));
  return errors;
}

function partErrors(part: PartDto, at: string): FieldError[] {
  const errors = MEDIA_KINDS.flatMap((kind) => sourceErrors(part[kind], `${at}.${kind}`));
  return part.interactive ? [...errors, ...interactiveErrors(part.interactive, `${at}.interactive`)] : errors;
}

function sourceErrors(file: MediaDto | AttachmentDto | undefined, at: string): FieldError[] {
  if (file === undefined || (file.url === undefined) !== (file.mediaId === undefined)) return [];
  return [{ field: at, reason: 'must have exactly one of url and mediaId' }];
}

const NEEDS = {
  buttons: ['buttons'],
  list: ['button', 'rows'],
  link: ['label', 'url'],
} as const;

function interactiveErrors(interactive: InteractiveDto, at: string): FieldError[] {
  return NEEDS[interactive.type]
    .filter((field) => interactive[field] === undefined || interactive[field].length === 0)
    .map((field) => ({ field: `${at}.${field}`, reason: `is required when type is ${interactive.type}` }));
}

/** A header needs both its type and its file. */
export function templateErrors(template: TemplateDto, at: string): FieldError[] {
  if ((template.type === undefined) === (template.file === undefined)) return [];
  const [missing, given] = template.file === undefined ? ['file', 'type'] : ['type', 'file'];
  return [{ field: `${at}.${missing}`, reason: `is required with ${given}` }];
}

/** The canonical content of a valid request. */
export function contentOf(content: ContentDto): MessageContent {
  const media = MEDIA_KINDS.flatMap((kind): MediaContent[] =>
    content[kind] ? [mediaOf(kind, content[kind])] : [],
  );
  return {
    ...(content.text === undefined ? {} : { text: content.text }),
    ...(media.length === 0 ? {} : { media }),
    ...(content.interactive === undefined ? {} : { interactive: interactiveOf(content.interactive) }),
    ...(content.parts === undefined ? {} : { parts: content.parts.map(contentOf) }),
    ...(content.email === undefined ? {} : { email: emailOf(content.email) }),
    ...(content.template === undefined ? {} : { template: templateOf(content.template) }),
    ...(content.reaction === undefined ? {} : { reaction: { ...content.reaction } }),
    ...(content.edit === undefined ? {} : { edit: { ...content.edit } }),
  };
}

function mediaOf(media: MediaKind, file: MediaDto): MediaContent {
  const { caption, filename } = file;
  return {
    media,
    source: sourceOf(file),
    ...(caption === undefined ? {} : { caption }),
    ...(filename === undefined ? {} : { filename }),
  };
}

function sourceOf(file: { url?: string; mediaId?: string }): MediaSource {
  return file.url === undefined ? { mediaId: file.mediaId ?? '' } : { url: file.url };
}

function interactiveOf(dto: InteractiveDto): InteractiveContent {
  const { text } = dto;
  switch (dto.type) {
    case 'buttons':
      return { type: 'buttons', text, buttons: (dto.buttons ?? []).map(({ id, label }) => ({ id, label })) };
    case 'list':
      return {
        type: 'list',
        text,
        button: dto.button ?? '',
        rows: (dto.rows ?? []).map((row) => ({ ...row })),
      };
    case 'link':
      return { type: 'link', text, label: dto.label ?? '', url: dto.url ?? '' };
  }
}

function emailOf(dto: EmailContentDto): EmailContent {
  const { attachments, ...rest } = dto;
  const files = attachments?.map((file) => ({
    source: sourceOf(file),
    ...(file.filename === undefined ? {} : { filename: file.filename }),
  }));
  return { ...rest, ...(files === undefined ? {} : { attachments: files }) };
}

/** The template as the router takes it. An empty language means "the only approved one". */
export function templateOf(dto: TemplateDto): TemplateUse {
  const buttons = dto.buttons?.map((button, index) => ({
    index: button.index ?? index,
    subType: button.subType ?? ('url' as const),
    value: button.value,
  }));
  return {
    name: dto.name,
    language: dto.language ?? '',
    ...(dto.type === undefined || dto.file === undefined
      ? {}
      : { header: { type: dto.type, source: { url: dto.file } } }),
    ...(dto.params === undefined ? {} : { params: dto.params }),
    ...(buttons === undefined ? {} : { buttons }),
    ...(dto.components === undefined ? {} : { components: dto.components }),
  };
}

/** What a thread shows of an outbound message in one text; null when nothing in it is text. */
export function threadTextOf(content: MessageContent): string | null {
  const caption = content.media?.map((file) => file.caption).find((text) => text !== undefined);
  const { email } = content;
  return (
    content.messageContext ??
    content.text ??
    content.edit?.text ??
    content.reaction?.emoji ??
    content.interactive?.text ??
    textOfParts(content.parts) ??
    email?.text ??
    email?.subject ??
    caption ??
    null
  );
}

function textOfParts(parts: readonly MessageContent[] = []): string | undefined {
  return parts.flatMap((part) => threadTextOf(part) ?? []).join('\n') || undefined;
}
