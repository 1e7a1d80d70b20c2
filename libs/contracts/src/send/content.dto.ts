import { IsArray, ArrayMaxSize, IsIn, IsInt, IsObject, IsString, Max, MaxLength, Min } from 'class-validator';
import { AddressList, Line, Maybe, Nested, NestedList, WebAddress, Words, WordsList } from './fields.js';
import { SEND_LIMITS } from './limits.js';

/** Longest text in characters; the limit in bytes is checked with a code of its own. */
const TEXT = SEND_LIMITS.textBytes;

/** A file of a message: exactly one of `url` and `mediaId`. */
export class MediaDto {
  @Maybe() @WebAddress() url?: string;
  @Maybe() @Words(64) mediaId?: string;
  @Maybe() @Words(10_000) caption?: string;
  @Maybe() @Line(255) filename?: string;
}

export class AttachmentDto {
  @Maybe() @WebAddress() url?: string;
  @Maybe() @Words(64) mediaId?: string;
  @Maybe() @Line(255) filename?: string;
}

export class ActionDto {
  @Words(256) id!: string;
  @Words(200) label!: string;
}

export class ListRowDto {
  @Words(200) id!: string;
  @Words(200) title!: string;
  @Maybe() @Words(1024) description?: string;
}

export const INTERACTIVE_TYPES = ['buttons', 'list', 'link'] as const;

export class InteractiveDto {
  @IsIn(INTERACTIVE_TYPES) type!: (typeof INTERACTIVE_TYPES)[number];
  @Words(TEXT) text!: string;
  @Maybe() @NestedList(ActionDto, 20) buttons?: ActionDto[];
  @Maybe() @Words(200) button?: string;
  @Maybe() @NestedList(ListRowDto, 50) rows?: ListRowDto[];
  @Maybe() @Words(200) label?: string;
  @Maybe() @WebAddress() url?: string;
}

export class EmailContentDto {
  @Maybe() @Line(998) subject?: string;
  @Maybe() @Words(SEND_LIMITS.emailBodyBytes) text?: string;
  @Maybe() @Words(SEND_LIMITS.emailBodyBytes) html?: string;
  @Maybe() @AddressList(50) cc?: string[];
  @Maybe() @AddressList(50) bcc?: string[];
  @Maybe() @NestedList(AttachmentDto, 10) attachments?: AttachmentDto[];
  @Maybe() @Line(998) inReplyTo?: string;
  @Maybe() @WordsList(50, 998) references?: string[];
}

export const TEMPLATE_BUTTON_TYPES = ['quick_reply', 'url', 'copy_code', 'flow'] as const;

export class TemplateButtonDto {
  /** Position of the button in the template; its place in this list when left out. */
  @Maybe() @IsInt() @Min(0) @Max(9) index?: number;
  @Maybe() @IsIn(TEMPLATE_BUTTON_TYPES) subType?: (typeof TEMPLATE_BUTTON_TYPES)[number];
  @Words(2000) value!: string;
}

export const TEMPLATE_FILE_TYPES = ['image', 'video', 'document'] as const;

export class TemplateDto {
  @Words(512) name!: string;
  @Maybe() @Words(20) language?: string;
  @Maybe() @IsIn(TEMPLATE_FILE_TYPES) type?: (typeof TEMPLATE_FILE_TYPES)[number];
  @Maybe() @WebAddress() file?: string;
  @Maybe() @WordsList(50, 4096) params?: string[];
  @Maybe() @NestedList(TemplateButtonDto, 3) buttons?: TemplateButtonDto[];
  @Maybe()
  @IsArray()
  @ArrayMaxSize(10)
  @IsObject({ each: true })
  components?: Record<string, unknown>[];
}

/** A reaction to a message of the conversation; an empty emoji takes it back. */
export class ReactionDto {
  @Words(64) messageId!: string;
  @IsString() @MaxLength(64) emoji!: string;
}

/** New text for a message that was sent before. */
export class EditDto {
  @Words(64) messageId!: string;
  @Words(TEXT) text!: string;
}

/** What can be said among other things. */
export class PartDto {
  @Maybe() @Words(TEXT) text?: string;
  @Maybe() @Nested(MediaDto) image?: MediaDto;
  @Maybe() @Nested(MediaDto) video?: MediaDto;
  @Maybe() @Nested(MediaDto) audio?: MediaDto;
  @Maybe() @Nested(MediaDto) file?: MediaDto;
  @Maybe() @Nested(InteractiveDto) interactive?: InteractiveDto;
}

/** What a message says; a plain string stands for `{text}`. */
export class ContentDto extends PartDto {
  /** Said one after the other in one message, each on its own. */
  @Maybe() @NestedList(PartDto, 10) parts?: PartDto[];
  @Maybe() @Nested(EmailContentDto) email?: EmailContentDto;
  @Maybe() @Nested(TemplateDto) template?: TemplateDto;
  @Maybe() @Nested(ReactionDto) reaction?: ReactionDto;
  @Maybe() @Nested(EditDto) edit?: EditDto;
}

/** Content of `type: instruction`. */
export class InstructionDto {
  @Words(TEXT) text!: string;
  /** `wait`: with the next turn, the default; `resume`: a turn starts now. */
  @Maybe() @IsIn(['wait', 'resume']) mode?: 'wait' | 'resume';
}
