import { Secret } from '@skein/runtime';
import { IsNotEmpty, IsOptional, IsString, IsUrl, Matches } from 'class-validator';

/** Credentials of one WhatsApp business number. */
export class WhatsAppConfig {
  /** Graph API with its version. */
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  baseUrl: string = 'https://graph.facebook.com/v24.0';

  /** Part of a path, therefore one plain word. */
  @Matches(/^[A-Za-z0-9_-]{1,64}$/)
  phoneNumberId!: string;

  @Matches(/^[A-Za-z0-9_-]{1,64}$/)
  wabaId!: string;

  @IsOptional()
  @IsString()
  displayPhoneNumber?: string;

  /** Token of a system user. */
  @Secret()
  @Matches(/^[\x21-\x7e]+$/)
  accessToken!: string;

  /** Signs the webhooks. */
  @Secret()
  @IsString()
  @IsNotEmpty()
  appSecret!: string;

  /** The word that the platform repeats in the handshake. */
  @Secret()
  @IsString()
  @IsNotEmpty()
  verifyToken!: string;
}
