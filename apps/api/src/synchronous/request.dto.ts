import { Line, Maybe, Nested, WebAddress, Words } from '@skein/contracts';
import { IsIn, IsString, Matches } from 'class-validator';

/** Types of message, as the interface names them. */
export const MESSAGE_TYPES = ['TEXT', 'IMAGE', 'AUDIO', 'VIDEO', 'DOCUMENT'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Units of UTF-16 in a text, and in the words beside a file. */
const MAX = { text: 65_536, caption: 4096 };

class TextDto {
  @Words(MAX.text) body!: string;
}

class ImageDto {
  @WebAddress() url!: string;
  @Maybe() @Words(MAX.caption) caption?: string;
}

class AudioDto {
  @WebAddress() url!: string;
}

class VideoDto {
  @WebAddress() url!: string;
  @Maybe() @Words(MAX.caption) caption?: string;
}

class DocumentDto {
  @WebAddress() url!: string;
  @Maybe() @Line(255) filename?: string;
  @Maybe() @Words(MAX.caption) caption?: string;
}

/** Exactly the one that the type names. */
export class SynchronousContentDto {
  @Maybe() @Nested(TextDto) text?: TextDto;
  @Maybe() @Nested(ImageDto) image?: ImageDto;
  @Maybe() @Nested(AudioDto) audio?: AudioDto;
  @Maybe() @Nested(VideoDto) video?: VideoDto;
  @Maybe() @Nested(DocumentDto) document?: DocumentDto;
}

export class SynchronousMessageDto {
  @IsIn(MESSAGE_TYPES, { message: `must be one of ${MESSAGE_TYPES.join(', ')}` }) type!: MessageType;
  /** Whatever the caller calls the person; the same value is the same contact. */
  @IsString()
  @Matches(/^(?=.*\S)\P{Cc}{1,255}$/u, {
    message: 'must have 1 to 255 characters, none of them control characters',
  })
  contactIdentifier!: string;
  /** Counts when the contact is created. */
  @Maybe() @Words(200) contactName?: string;
  @Nested(SynchronousContentDto) content!: SynchronousContentDto;
}
