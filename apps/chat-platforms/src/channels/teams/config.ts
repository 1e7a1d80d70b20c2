import { Secret } from '@skein/runtime';
import { IsNotEmpty, IsString, IsUrl, Matches } from 'class-validator';

const ADDRESS = { protocols: ['https', 'http'], require_protocol: true, require_tld: false };

/** Credentials of one bot that is registered with Microsoft Entra and has the Teams channel. */
export class TeamsConfig {
  /** The bot's application (client) id; webhooks are signed for it. */
  @Matches(/^[A-Za-z0-9-]{1,64}$/)
  appId!: string;

  /** A client secret of the application. */
  @Secret()
  @IsString()
  @IsNotEmpty()
  appSecret!: string;

  /** The tenant of a single-tenant bot; bots of many tenants log in at `botframework.com`. Part of a path. */
  @Matches(/^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/)
  tenantId: string = 'botframework.com';

  /** Where the bot's own tokens come from. */
  @IsUrl(ADDRESS)
  loginUrl: string = 'https://login.microsoftonline.com';

  /** Names the keys that webhooks are signed with. */
  @IsUrl(ADDRESS)
  openIdUrl: string = 'https://login.botframework.com/v1/.well-known/openidconfiguration';

  /** The connector of a conversation that has not told its own yet. */
  @IsUrl(ADDRESS)
  defaultServiceUrl: string = 'https://smba.trafficmanager.net/teams';
}
