import { Secret } from '@skein/runtime';
import { IsOptional, IsUrl, Matches } from 'class-validator';

/** Credentials of one Discord application and its bot. */
export class DiscordConfig {
  /** The HTTP API with its version. */
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  baseUrl: string = 'https://discord.com/api/v10';

  /** Names the Gateway instead of `GET /gateway/bot`. */
  @IsOptional()
  @IsUrl({ protocols: ['wss', 'ws'], require_protocol: true, require_tld: false })
  gatewayUrl?: string;

  @Matches(/^\d{17,20}$/)
  applicationId!: string;

  /** Ed25519, from the application's page: checks interactions. */
  @Matches(/^[0-9a-f]{64}$/i)
  publicKey!: string;

  @Secret()
  @Matches(/^[\x21-\x7e]+$/)
  botToken!: string;
}
