import type { Client, Listed } from '../client.js';
import type { CliError } from '../cli-error.js';
import { bad, fine, messageOf, unseen, warn, type Finding } from './finding.js';

/** A channel as the api lists it. */
export interface ListedChannel {
  id: string;
  kind: string;
  account: string;
  status: string;
  workspaceId: string;
}

/** What the api said; `channels` when the key works. */
export interface ApiFindings {
  findings: Finding[];
  channels?: ListedChannel[];
}

/** Seconds by which two clocks may differ; signatures of webhooks are refused from five minutes on. */
const MAX_SKEW_S = 5;
const ASK_MS = 5000;

/** Looks at the api: does it answer, is it ready, does the key work. */
export async function checkApi(client: Client): Promise<ApiFindings> {
  const { url, urlFrom, key, keyFrom } = client.connection;
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ASK_MS) }).catch(
    () => undefined,
  );
  if (answer === undefined) {
    const mend = 'Start it with npm start, or give its address with --url or SKEIN_URL.';
    return { findings: [bad('api', `${url} (from ${urlFrom}) cannot be reached`, mend)] };
  }
  const report = (await answer.json().catch(() => undefined)) as ReadyReport | undefined;
  if (report?.checks === undefined)
    return { findings: [bad('api', `${url} (from ${urlFrom}) is not a Skein API`, 'Check the address.')] };
  const findings = [fine('api', `${url} (from ${urlFrom})`), ...readiness(report), clockOf(answer)];
  if (key === undefined)
    return { findings: [...findings, bad('key', 'there is none', 'Give one with --key or SKEIN_API_KEY.')] };
  return withKey(client, findings, keyFrom ?? '');
}

interface ReadyReport {
  ready: boolean;
  checks: Record<string, string>;
}

const START: Record<string, string> = {
  nats: 'Start NATS, or correct NATS_URL of the services. Sends are accepted meanwhile and go out later.',
  postgres: 'Start PostgreSQL, or correct DATABASE_URL of the services.',
};

function readiness({ ready, checks }: ReadyReport): Finding[] {
  const wrong = Object.entries(checks).filter(([, detail]) => detail !== 'ok');
  if (wrong.length === 0) return [fine('ready', `${Object.keys(checks).join(' and ')} answer the api`)];
  return wrong.map(([name, detail]) =>
    bad('ready', `${name}: ${detail}${ready ? '' : '; the api answers 503'}`, START[name] ?? 'Read its log.'),
  );
}

function clockOf(answer: Response): Finding {
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  const skew = Math.abs(theirs - Date.now()) / 1000;
  if (!(skew > MAX_SKEW_S)) return fine('clock', 'the api and this machine agree');
  return warn(
    'clock',
    `the api is ${Math.round(skew)} s away from this machine`,
    'Synchronise the clocks (NTP).',
  );
}

async function withKey(client: Client, findings: Finding[], from: string): Promise<ApiFindings> {
  try {
    const { items: channels } = await client.get<Listed<ListedChannel>>('/v1/channels');
    return {
      findings: [
        ...findings,
        fine('key', `accepted (from ${from})`),
        ...channels.flatMap(statusOf),
        await dead(client),
      ],
      channels,
    };
  } catch (error) {
    if ((error as Partial<CliError>).trouble?.code !== 'unauthorized')
      return { findings: [...findings, bad('key', messageOf(error), 'Repeat when the api is ready.')] };
    const mend = 'Give a key of this deployment with --key or SKEIN_API_KEY.';
    return { findings: [...findings, bad('key', `the key from ${from} is not known here`, mend)] };
  }
}

function statusOf({ id, kind, status }: ListedChannel): Finding[] {
  if (status === 'active') return [];
  const mend = `Mend its account at the platform, then PATCH /v1/channels/${id} with working credentials.`;
  return [bad(`channel ${id}`, `${kind} is ${status}`, mend)];
}

async function dead(client: Client): Promise<Finding> {
  try {
    const { items } = await client.get<Listed<unknown>>('/v1/dead-letters?limit=1');
    if (items.length === 0) return fine('dead letters', 'none');
    return warn(
      'dead letters',
      'there are some',
      'Read them with skein dead list; skein dead replay <id> tries again.',
    );
  } catch (error) {
    return unseen('dead letters', messageOf(error), 'Repeat when NATS is back.');
  }
}
