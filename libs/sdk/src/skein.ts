import { serveAgentOver, type ServeAgent } from './agent/serve-agent.js';
import { withOrigin } from './context.js';
import { requesterFor, type Requester } from './http/requester.js';
import { jobsOf, type Jobs } from './jobs/jobs.js';
import { channelsOf, type Channels } from './messages/channels.js';
import { usersOf, type Users } from './messages/user.js';
import type { SkeinSettings } from './settings.js';
import { templatesOf, type Templates } from './templates/templates.js';
import { sendMessageOver, type SendMessage } from './tool/send-message.js';

/** Everything that the SDK does, for one workspace. */
export interface Skein {
  readonly Channels: Channels;
  readonly User: Users;
  readonly Templates: Templates;
  readonly Jobs: Jobs;
  readonly sendMessage: SendMessage;
  readonly serveAgent: ServeAgent;
  readonly withOrigin: typeof withOrigin;
  /** Calls the API directly, with the retries and errors of everything else. */
  readonly request: Requester['request'];
}

/** A client of its own, apart from the one that {@link configure} sets up. */
export function createSkein(settings: SkeinSettings = {}): Skein {
  return skeinOver(() => settings);
}

let shared: SkeinSettings = {};

/** Sets the address and the key of everything that is imported directly; what is left out comes from the environment. */
export function configure(settings: SkeinSettings): void {
  shared = settings;
}

/** The client behind the direct imports. */
export const standard: Skein = skeinOver(() => shared);

function skeinOver(settings: () => SkeinSettings): Skein {
  const requester = requesterFor(settings);
  return {
    Channels: channelsOf(requester),
    User: usersOf(requester),
    Templates: templatesOf(requester),
    Jobs: jobsOf(requester),
    sendMessage: sendMessageOver(requester, settings),
    serveAgent: serveAgentOver(requester),
    withOrigin,
    request: (call) => requester.request(call),
  };
}
