import type { Type } from '@nestjs/common';
import { AgentsController } from './agents/agents.controller.js';
import { BatchesController } from './campaigns/batches.controller.js';
import { CampaignsController } from './campaigns/campaigns.controller.js';
import { TemplatesController } from './campaigns/templates.controller.js';
import { CatalogController } from './channels/catalog.controller.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ContactsController } from './conversations/contacts.controller.js';
import { ConversationsController } from './conversations/conversations.controller.js';
import { EventsController } from './events/events.controller.js';
import { McpController } from './mcp/mcp.controller.js';
import { JobRunsController } from './jobs/job-runs.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { MediaController } from './media/media.controller.js';
import { MessagesController } from './messages/messages.controller.js';
import { DeadLettersController } from './operations/dead-letters.controller.js';
import { HealthController } from './operations/health.controller.js';
import { SendsController } from './send/sends.controller.js';
import { TargetsController } from './targets/targets.controller.js';
import { SynchronousController } from './synchronous/synchronous.controller.js';
import { TurnsController } from './turns/turns.controller.js';
import { UnsubscribeController } from './unsubscribe/unsubscribe.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** Every controller of the api: what is served is what is documented. */
export const API_CONTROLLERS: Type[] = [
  SendsController,
  MessagesController,
  ConversationsController,
  ContactsController,
  ChannelsController,
  SynchronousController,
  AgentsController,
  TurnsController,
  EventsController,
  UsageController,
  CatalogController,
  TemplatesController,
  BatchesController,
  CampaignsController,
  TargetsController,
  McpController,
  JobsController,
  JobRunsController,
  MediaController,
  DeadLettersController,
  WebhooksController,
  UnsubscribeController,
  HealthController,
];
