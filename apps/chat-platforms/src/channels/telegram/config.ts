import { Secret } from '@skein/runtime';
import { IsUrl, Matches } from 'class-validator';

/** Credentials of one bot. */
export class TelegramConfig {
  /** The Bot API, or a server of one's own that speaks it. */
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  baseUrl: string = 'https://api.telegram.org';

  /** From @BotFather: `<bot id>:<secret>`. It is part of every address that is called. */
  @Secret()
  @Matches(/^\d{1,19}:[A-Za-z0-9_-]{1,128}$/)
  token!: string;

  /** The `secret_token` that was given to `setWebhook`; every update carries it. */
  @Secret()
  @Matches(/^[A-Za-z0-9_-]{1,256}$/)
  secretToken!: string;
}

/** The digits before the colon of the token: the bot's own user id. */
export function botIdOf({ token }: TelegramConfig): string {
  return token.split(':', 1)[0] ?? '';
}
