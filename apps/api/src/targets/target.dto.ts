import { CHANNEL_KINDS, Maybe, Words, type ChannelKind } from '@skein/contracts';
import { IsIn } from 'class-validator';

const KINDS = ['home', 'alias'] as const;

/** What a name stands for. */
export class TargetChangeDto {
  /** `<platform>:<chat_id>`, `<platform>:<chat_id>:<thread_id>`, or another name. */
  @Words(512) target!: string;
  /** How lists show it. */
  @Maybe() @Words(200) label?: string;
  /** Follows from the name: a platform's own name is its home. */
  @Maybe() @IsIn(KINDS) kind?: (typeof KINDS)[number];
}

/** A home chat (`platform`, or the platform's name as `name`) or an alias (`name`). */
export class NewTargetDto extends TargetChangeDto {
  @Maybe() @Words(128) name?: string;
  @Maybe()
  @IsIn(CHANNEL_KINDS, { message: `must be one of ${CHANNEL_KINDS.join(', ')}` })
  platform?: ChannelKind;
}
