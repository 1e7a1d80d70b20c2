import { setTimeout as delay } from 'node:timers/promises';
import { SUBJECTS } from '@skein/contracts';
import {
  connectNats,
  inspectDurable,
  inspectStreams,
  type FoundStream,
  type NatsLink,
} from '@skein/messaging';
import { createLogger } from '@skein/runtime';
import type { ListedChannel } from './api.js';
import { bad, fine, messageOf, unseen, warn, withoutPasswords, type Finding } from './finding.js';
import type { Places } from './places.js';

const CONNECT_MS = 4000;
/** A reader may be between two pulls when we look. */
const LOOKS = 4;
const LOOK_AGAIN_MS = 300;

/** Looks at NATS, its streams and who reads them; `use` gets the connection while it is open. */
export async function checkBroker(
  { natsUrl, streamReplicas }: Places,
  channels: readonly ListedChannel[] | undefined,
  use: (link: NatsLink) => Promise<Finding[]>,
): Promise<Finding[]> {
  if (natsUrl === undefined)
    return [
      unseen('nats', 'streams cannot be seen from here', 'Set NATS_URL to the address the services use.'),
    ];
  const shown = withoutPasswords(natsUrl);
  const link = connectNats({ url: natsUrl, name: 'doctor', logger: createLogger('doctor', 'silent') });
  try {
    if (!(await link.whenUp(CONNECT_MS)))
      return [bad('nats', `${shown}: ${whyAway(link)}`, 'Start NATS, or correct NATS_URL.')];
    const streams = await inspectStreams(link, streamReplicas);
    const durables = await Promise.all(durablesFor(channels).map((durable) => lookAt(link, durable)));
    return [fine('nats', shown), ...streamFindings(streams), ...durables.flat(), ...(await use(link))];
  } catch (error) {
    return [
      bad(
        'nats',
        `${shown}: ${messageOf(error)}`,
        'NATS_URL must be the login of the services, with JetStream.',
      ),
    ];
  } finally {
    await link.close();
  }
}

function whyAway(link: NatsLink): string {
  try {
    link.check();
    return 'does not answer';
  } catch (error) {
    return messageOf(error);
  }
}

function streamFindings(streams: FoundStream[]): Finding[] {
  const wrong = streams.flatMap(({ name, exists, differs, full }): Finding[] => {
    if (!exists)
      return [bad(`stream ${name}`, 'does not exist', 'Restart any service, which makes it again.')];
    const other = `Restart any service, which brings it up to date, or delete ${name} once it is empty.`;
    if (differs.length > 0)
      return [bad(`stream ${name}`, `has other settings: ${differs.join(', ')}`, other)];
    const room = 'See which service does not read: its durable has many messages waiting.';
    return full > 0.8 ? [warn(`stream ${name}`, `is ${Math.round(full * 100)} % full`, room)] : [];
  });
  return wrong.length > 0 ? wrong : [fine('streams', streams.map(({ name }) => name).join(', '))];
}

interface Durable {
  stream: string;
  durable: string;
  /** Nobody of ours reads the one of a workspace. */
  hasReader: boolean;
}

/** The durables that must be there, from the table of subjects; those of kinds without a channel may be missing. */
function durablesFor(channels: readonly ListedChannel[] = []): Durable[] {
  const kinds = [...new Set(channels.map(({ kind }) => kind))];
  const workspaces = [...new Set(channels.map(({ workspaceId }) => workspaceId))];
  const values: Record<string, string[]> = { '<kind>': kinds, '<workspaceId>': workspaces };
  const rows: { pattern: string; stream?: string; durable?: string }[] = Object.values(SUBJECTS);
  return rows.flatMap(({ stream, durable }) => {
    if (stream === undefined || durable === undefined) return [];
    const token = /<\w+>/.exec(durable)?.[0];
    const names =
      token === undefined ? [durable] : (values[token] ?? []).map((value) => durable.replace(token, value));
    return names.map((name) => ({ stream, durable: name, hasReader: token !== '<workspaceId>' }));
  });
}

async function lookAt(link: NatsLink, { stream, durable, hasReader }: Durable): Promise<Finding[]> {
  const check = `durable ${durable}`;
  for (let look = 1; ; look++) {
    const { exists, readers, pending } = await inspectDurable(link, stream, durable);
    if (!exists) return [bad(check, `does not exist on ${stream}`, startWhat(durable))];
    if (!hasReader || readers > 0) return [];
    if (look === LOOKS) return [bad(check, `nobody reads it; ${pending} messages wait`, startWhat(durable))];
    await delay(LOOK_AGAIN_MS);
  }
}

function startWhat(durable: string): string {
  if (durable.startsWith('ws_')) return 'Restart any service, which makes it again.';
  const kind = durable.startsWith('channel-') ? durable.slice('channel-'.length) : undefined;
  return `Start the service ${kind === undefined ? durable.replace(/-\w+$/, '') : `of ${kind}`}, or read its log.`;
}
