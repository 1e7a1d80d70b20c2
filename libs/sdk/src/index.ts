export type {
  ChannelKind,
  ErrorCode,
  FieldError,
  Loss,
  MessageStatus,
  Origin,
  Outcome,
  Part,
  SendPlan,
  TurnAction,
  TurnEntry,
  TurnRequest,
} from '@skein/contracts';
export * from './agent/index.js';
export { withOrigin, type StatedOrigin } from './context.js';
export * from './errors/classes.js';
export { SkeinError, type ErrorFacts, type SkeinErrorCode } from './errors/skein-error.js';
export type { Call, Requester } from './http/requester.js';
export * from './jobs/index.js';
export * from './messages/index.js';
export type { Fetch, FetchAnswer, FetchRequest, SkeinSettings } from './settings.js';
export { configure, createSkein, type Skein } from './skein.js';
export type { Template, Templates as TemplatesApi, WhatsAppTemplates } from './templates/templates.js';
export type { BulkInput, BulkOutcome, BulkProgress, BulkResult } from './templates/bulk.js';
export { NO_GATEWAY, SEND_TOOL, type ListedTarget, type SendToolArguments } from '@skein/send-tool';
export type { SendMessage } from './tool/send-message.js';

import type { ServeAgent } from './agent/serve-agent.js';
import type { Channels as ChannelsApi } from './messages/channels.js';
import type { JobsApi } from './jobs/index.js';
import type { Users } from './messages/user.js';
import { standard } from './skein.js';
import type { Templates as TemplatesApi } from './templates/templates.js';
import type { SendMessage } from './tool/send-message.js';

/** Sends messages and tells what became of them. */
export const Channels: ChannelsApi = standard.Channels;
/** People who have written before. */
export const User: Users = standard.User;
/** Templates, and sends of one to many. */
export const Templates: TemplatesApi = standard.Templates;
/** Sends in the middle of a turn; as a tool for a model it is described by {@link SEND_TOOL}. */
export const sendMessage: SendMessage = standard.sendMessage;
/** Answers the turns of an agent. */
export const serveAgent: ServeAgent = standard.serveAgent;
/** Runs jobs in this process, and looks after those of the workspace. */
export const Jobs: JobsApi = standard.Jobs;
