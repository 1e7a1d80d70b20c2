import type { Origin, SendCommand } from './command.js';
import type { Loss } from './components.js';
import type { ErrorCode } from './failures.js';
import type { ChannelKind } from './kinds.js';
import type { Part, TemplateUse } from './parts.js';
import type { Refusal } from './refusal.js';
import type { MessageStatus } from './states.js';

/** Question of the api to the router: what would become of this send? */
export interface PlanQuestion {
  workspaceId: string;
  command: SendCommand;
  origin: Origin;
  campaignId: string | null;
  /** ISO 8601; null = now. */
  dueAt: string | null;
}

/** What would happen if the same were sent now. Nothing is stored and nothing goes out. */
export interface SendPlan {
  /** What the message would become first: queued means that it would go to the platform, delivered that the agent would be told. */
  status: Extract<MessageStatus, 'scheduled' | 'queued' | 'delivered' | 'held' | 'blocked' | 'failed'>;
  reason?: ErrorCode;
  detail?: string;
  /** What to do about it. */
  next?: readonly string[];
  scheduledFor?: string;
  /** Its campaign is paused: it would wait until that goes on. */
  campaignPaused?: true;
  heldUntil?: string;
  channel?: { id: string; kind: ChannelKind };
  address?: string;
  /** Null when the first message would open it. */
  conversationId?: string | null;
  /** The platform's service window; absent where there is none. */
  window?: { open: boolean; until: string | null };
  /** What the person has opted out of, if anything. */
  optedOut?: 'all' | 'marketing' | null;
  /** The opt-in prompt that would go out in place of what is held. */
  prompt?: { template: TemplateUse; text: string };
  /** The platform calls, exactly as they would be made. */
  parts: Part[];
  losses: Loss[];
  /** What the person could answer by number. */
  choices: { number: number; id: string; label: string }[];
  /** What the conversation would show. */
  text: string | null;
}

export type PlanAnswer = { plan: SendPlan } | { refusal: Refusal };
