import { Secret } from '@skein/runtime';
import { IsNotEmpty, IsString, IsUrl, Matches } from 'class-validator';

/** Credentials of one Facebook Page. */
export class MessengerConfig {
  /** Graph API with its version. */
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  baseUrl: string = 'https://graph.facebook.com/v24.0';

  /** Part of a path, therefore one plain word. */
  @Matches(/^[A-Za-z0-9_-]{1,64}$/)
  pageId!: string;

  /** Token of the Page, with `pages_messaging`. */
  @Secret()
  @Matches(/^[\x21-\x7e]+$/)
  accessToken!: string;

  /** Signs the webhooks; one for all Pages of the app. */
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
