import { FromEnv, ServiceConfig } from '@skein/runtime';
import { IsArray, IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';

/** Settings of every channel service. */
export class ChannelConfig extends ServiceConfig {
  /** Where providers reach the API; media links begin with it. */
  @FromEnv('SKEIN_PUBLIC_URL')
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  publicUrl?: string;

  @FromEnv('SKEIN_API_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  apiPort!: number;

  @FromEnv('SKEIN_CHANNEL_KINDS')
  @IsOptional()
  @IsArray()
  kinds?: string[];

  @FromEnv('SKEIN_ALLOW_HOSTS')
  @IsOptional()
  @IsArray()
  @Matches(/^\S+:\d{1,5}$/, { each: true, message: 'must be host:port, several separated by commas' })
  allowHosts?: string[];

  @FromEnv('SKEIN_SMTP_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  smtpPort!: number;

  @FromEnv('SKEIN_WEB_CHAT_PORT')
  @IsInt()
  @Min(0)
  @Max(65_535)
  webChatPort!: number;

  @FromEnv('SKEIN_WEB_CHAT_URL')
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  webChatUrl?: string;
}
