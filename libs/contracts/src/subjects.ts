import type { ChannelKind } from './kinds.js';

/**
 * Every subject of the system, in one table. Publisher, transport, boot check and documents read it. `<…>` is one token;
 * the first token after the type of subject is the workspace wherever there is one.
 */
export const SUBJECTS = {
  send: { pattern: 'skein.send.<workspaceId>.<token>', stream: 'SEND', durable: 'router' },
  deliver: { pattern: 'skein.deliver.<kind>.<channelId>', stream: 'DELIVER', durable: 'channel-<kind>' },
  threads: { pattern: 'skein.work.threads.<workspaceId>', stream: 'WORK', durable: 'threads' },
  turns: { pattern: 'skein.work.turns.<workspaceId>', stream: 'WORK', durable: 'agents' },
  campaigns: { pattern: 'skein.work.campaigns.<workspaceId>', stream: 'WORK', durable: 'campaigns' },
  event: { pattern: 'skein.event.<workspaceId>.<type>', stream: 'EVENTS', durable: 'ws_<workspaceId>' },
  schedule: { pattern: 'skein.schedule.<workspaceId>.<id>', stream: 'DUE' },
  due: { pattern: 'skein.due.<workspaceId>.<id>', stream: 'DUE', durable: 'router-due' },
  jobDue: { pattern: 'skein.due.<workspaceId>.job.<id>', stream: 'DUE', durable: 'jobs-due' },
  dead: { pattern: 'skein.dead.<workspaceId>.<service>', stream: 'DEAD' },
  webhook: { pattern: 'skein.webhook.<kind>' },
  typing: { pattern: 'skein.typing.<kind>.<channelId>' },
  agent: { pattern: 'skein.agent.<workspaceId>.<agentId>' },
  check: { pattern: 'skein.check.<kind>' },
  plan: { pattern: 'skein.plan' },
  status: { pattern: 'skein.status.<workspaceId>.<messageId>' },
  jobRuns: { pattern: 'skein.jobs.<workspaceId>' },
  webChat: { pattern: 'skein.webchat.<channelId>' },
} as const;

export type SubjectName = keyof typeof SUBJECTS;

/** The token that only the api may use on a `send` subject; callers' tokens are idempotency keys. */
export const API_TOKEN = 'api';

/** The subject with its tokens filled in, in the order of the pattern. */
export const subjects = {
  send: (workspaceId: string, token: string): string => `skein.send.${workspaceId}.${token}`,
  deliver: (kind: ChannelKind, channelId: string): string => `skein.deliver.${kind}.${channelId}`,
  threads: (workspaceId: string): string => `skein.work.threads.${workspaceId}`,
  turns: (workspaceId: string): string => `skein.work.turns.${workspaceId}`,
  campaigns: (workspaceId: string): string => `skein.work.campaigns.${workspaceId}`,
  event: (workspaceId: string, type: string): string => `skein.event.${workspaceId}.${type}`,
  schedule: (workspaceId: string, id: string): string => `skein.schedule.${workspaceId}.${id}`,
  due: (workspaceId: string, id: string): string => `skein.due.${workspaceId}.${id}`,
  jobDue: (workspaceId: string, id: string): string => `skein.due.${workspaceId}.job.${id}`,
  dead: (workspaceId: string, service: string): string => `skein.dead.${workspaceId}.${service}`,
  webhook: (kind: ChannelKind): string => `skein.webhook.${kind}`,
  typing: (kind: ChannelKind, channelId: string): string => `skein.typing.${kind}.${channelId}`,
  agent: (workspaceId: string, agentId: string): string => `skein.agent.${workspaceId}.${agentId}`,
  check: (kind: ChannelKind): string => `skein.check.${kind}`,
  plan: (): string => 'skein.plan',
  status: (workspaceId: string, messageId: string): string => `skein.status.${workspaceId}.${messageId}`,
  jobRuns: (workspaceId: string): string => `skein.jobs.${workspaceId}`,
  webChat: (channelId: string): string => `skein.webchat.${channelId}`,
} as const;

/** The workspace a subject belongs to: the token after the type of subject. */
export function workspaceOf(subject: string): string {
  const tokens = subject.split('.');
  return (tokens[1] === 'work' ? tokens[3] : tokens[2]) ?? '';
}

/** Ids that wait for the router: rows already accepted by the api. */
export interface SendBell {
  ids: string[];
}

/** Ids of provider calls that a channel service should claim. */
export interface DeliverBell {
  calls: string[];
}

/** What the thread service should look at: calls that were settled, inbound events that were committed. */
export interface ThreadsBell {
  calls?: string[];
  inbound?: string[];
}

/** Shows the person that an answer is being written; lost when nobody listens. */
export interface TypingNote {
  address: string;
  /** The platform's id of the message that is being answered. */
  providerMessageId?: string;
}

/** Threads that have a turn waiting. */
export interface TurnsBell {
  threads: string[];
}

/** Bulk sends that have items waiting. */
export interface CampaignsBell {
  batches: string[];
}
