import {
  CHANNEL_KINDS,
  Maybe,
  Nested,
  Words,
  type ChannelKind,
  type ChannelSettings,
} from '@skein/contracts';
import { IsBoolean, IsIn, IsInt, IsNumber, IsObject, Matches, Max, Min, ValidateIf } from 'class-validator';

export class OptInTemplatesDto {
  @Maybe() @Words(512) utility?: string;
  @Maybe() @Words(512) marketing?: string;
}

export class KeywordAnswersDto {
  @Maybe() @Words(480) stop?: string;
  @Maybe() @Words(480) start?: string;
  @Maybe() @Words(480) help?: string;
}

export class ChannelSettingsDto implements ChannelSettings {
  @Maybe() @IsIn(['hold', 'fail', 'template']) onClosedWindow?: 'hold' | 'fail' | 'template';
  /** Calls per second. */
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsNumber()
  @Min(0.01)
  @Max(100_000)
  ratePerSecond?: number | null;
  @Maybe() @Nested(OptInTemplatesDto) optInTemplates?: OptInTemplatesDto;
  @Maybe() @IsInt() @Min(1) @Max(30 * 86_400) holdForSeconds?: number;
  @Maybe() @IsBoolean() textOnly?: boolean;
  @Maybe() @Nested(KeywordAnswersDto) keywordAnswers?: KeywordAnswersDto;
  @Maybe() @IsInt() @Min(1) @Max(300) agentTimeoutSeconds?: number;
}

export class NewChannelDto {
  @Maybe()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, _ or -' })
  id?: string;
  @IsIn(CHANNEL_KINDS, { message: `must be one of ${CHANNEL_KINDS.join(', ')}` }) kind!: ChannelKind;
  /** The provider's own id of the account, unique over the deployment; read from the credentials when they are given. */
  @Maybe() @Words(320) account?: string;
  @Words(64) agentId!: string;
  @Words(200) name!: string;
  @Maybe() @Nested(ChannelSettingsDto) settings?: ChannelSettingsDto;
  /** What the kind needs to reach its provider; stored sealed, never shown again. */
  @Maybe() @IsObject({ message: 'must be an object' }) credentials?: Record<string, unknown>;
}

export class ChannelChangeDto {
  @Maybe() @Words(200) name?: string;
  /** The agent that answers from now on; the one before is disconnected. */
  @Maybe() @Words(64) agentId?: string;
  @Maybe() @Nested(ChannelSettingsDto) settings?: ChannelSettingsDto;
  @Maybe() @IsObject({ message: 'must be an object' }) credentials?: Record<string, unknown>;
}
