import { Secret } from '@skein/runtime';
import { IsNotEmpty, IsOptional, IsString, IsUrl, Matches } from 'class-validator';

/** Credentials of one Instagram professional account. */
export class InstagramConfig {
  /** Instagram Login by default; for an account that is reached through its Page, Graph API with its version. */
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  baseUrl: string = 'https://graph.instagram.com/v24.0';

  /** The id in `entry[].id` of its webhooks. Part of a path, therefore one plain word. */
  @Matches(/^[A-Za-z0-9_-]{1,64}$/)
  instagramId!: string;

  /** The Page that sends, where `baseUrl` is that of the Graph API. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/)
  pageId?: string;

  /** Token of the Instagram user, with `instagram_business_manage_messages`; or of the Page. */
  @Secret()
  @Matches(/^[\x21-\x7e]+$/)
  accessToken!: string;

  /** Signs the webhooks: with Instagram Login the secret of the Instagram app, not that of the Meta app around it. */
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
