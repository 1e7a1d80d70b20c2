import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** Rooms of the development workspace: one to talk in, and one of each that cannot be written to. */
const ROOMS = [
  { id: 'C0GENERAL', name: 'general' },
  { id: 'C0PROJECT', name: 'project' },
  { id: 'C0STRANGE', name: 'strange', member: false },
  { id: 'C0ARCHIVE', name: 'archive', archived: true },
  { id: 'C0NOTICES', name: 'notices', readOnly: true },
];

/** A Slack app in a workspace, subscribed to everything the channel understands. */
export function slack({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'slack-main';
  const app = { teamId: 'T0SKEINDEV', appId: 'A0CONCIERGE' };
  const keys = {
    botToken: `xoxb-${secrets('slackBotToken')}`,
    signingSecret: secrets('slackSigningSecret'),
  };
  return {
    id,
    kind: 'slack',
    account: `${app.teamId}:${app.appId}`,
    name: 'Slack app',
    settings: {},
    credentials: {
      ...app,
      ...keys,
      ...(sandboxUrl === null ? {} : { baseUrl: `${sandboxUrl}/slack/api` }),
    },
    signing: { ...app, ...keys },
    sandbox: {
      kind: 'slack',
      channelId: id,
      ...app,
      ...keys,
      ...(sandboxUrl === null ? {} : { origin: sandboxUrl }),
      rooms: ROOMS,
      metadataEvents: true,
      webhookUrl: `${publicUrl}/webhooks/slack/${id}`,
    },
  };
}
