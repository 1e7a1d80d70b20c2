import { Secret } from '@skein/runtime';
import { IsNotEmpty, IsString, IsUrl, Matches } from 'class-validator';

/**
 * Credentials of one Slack app in one workspace. Events, interactivity and slash commands of the app all go to the channel's webhook.
 *
 * Bot scopes: `chat:write`, `im:write`, `im:history`, `channels:history`, `groups:history`, `mpim:history`, `app_mentions:read`,
 * `reactions:read`, `reactions:write`, `files:read`, `files:write`, `commands`. Events: `message.im`, `message.channels`,
 * `message.groups`, `message.mpim`, `app_mention`, `reaction_added`, `reaction_removed`, and with `metadata.message:read`
 * `message_metadata_posted` for `skein_call`, which tells what became of messages whose answer was lost.
 */
export class SlackConfig {
  /** The Web API; GovSlack and tests have their own. */
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  baseUrl: string = 'https://slack.com/api';

  /** The workspace, or the organisation for an app installed in all of one. */
  @Matches(/^[TE][A-Z0-9]{2,20}$/)
  teamId!: string;

  @Matches(/^A[A-Z0-9]{2,20}$/)
  appId!: string;

  /** Token of the app's bot in that workspace, `xoxb-…`. */
  @Secret()
  @Matches(/^[\x21-\x7e]+$/)
  botToken!: string;

  /** Signs the webhooks. */
  @Secret()
  @IsString()
  @IsNotEmpty()
  signingSecret!: string;
}
