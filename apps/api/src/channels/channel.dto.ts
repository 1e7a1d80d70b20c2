import {
  CHANNEL_KINDS,
  Maybe,
  Nested,
  Words,
  type ChannelKind,
  type ChannelSettings,
} from '@skein/contracts';
import { IsIn, IsInt, IsNumber, IsObject, Matches, Max, Min } from 'class-validator';

export class OptInTemplatesDto {
  @Maybe() @Words(512) utility?: string;
  @Maybe() @Words(512) marketing?: string;
}

export class ChannelSettingsDto implements ChannelSettings {
  @Maybe() @IsIn(['hold', 'fail', 'template']) onClosedWindow?: 'hold' | 'fail' | 'template';
  /** Calls per second. */
  @Maybe() @IsNumber() @Min(0.01) @Max(100_000) ratePerSecond?: number;
  @Maybe() @Nested(OptInTemplatesDto) optInTemplates?: OptInTemplatesDto;
  @Maybe() @IsInt() @Min(1) @Max(30 * 86_400) holdForSeconds?: number;
}

export class NewChannelDto {
  @Maybe()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, _ or -' })
  id?: string;
  @IsIn(CHANNEL_KINDS, { message: `must be one of ${CHANNEL_KINDS.join(', ')}` }) kind!: ChannelKind;
  /** The provider's own id of the account; unique over the deployment. */
  @Words(320) account!: string;
  @Words(64) agentId!: string;
  @Words(200) name!: string;
  @Maybe() @Nested(ChannelSettingsDto) settings?: ChannelSettingsDto;
  /** What the kind needs to reach its provider; stored sealed, never shown again. */
  @Maybe() @IsObject({ message: 'must be an object' }) credentials?: Record<string, unknown>;
}

export class ChannelChangeDto {
  @Maybe() @Words(200) name?: string;
  @Maybe() @Nested(ChannelSettingsDto) settings?: ChannelSettingsDto;
  @Maybe() @IsObject({ message: 'must be an object' }) credentials?: Record<string, unknown>;
}
