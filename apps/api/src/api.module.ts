import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { SENDING } from '@skein/sending';
import { API_CONTROLLERS } from './api.controllers.js';
import { BatchProgress } from './campaigns/batch-progress.js';
import { BulkSends } from './campaigns/bulk-sends.js';
import { CampaignActions } from './campaigns/campaign-actions.js';
import { EventStreams } from './events/event-streams.js';
import { KeyRing } from './http/key-ring.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RunWaiter } from './jobs/run-waiter.js';
import { MessageChanges } from './messages/changes.js';
import { CredentialCheck } from './channels/credential-check.js';
import { FactTeller } from './messages/tell-facts.js';
import { McpTools } from './mcp/mcp-tools.js';
import { Planner } from './send/planner.js';
import { Sender } from './send/sender.js';
import { TurnActions } from './turns/turn-actions.js';
import { LateAnswers } from './turns/late-answers.js';
import { NamedFiles } from './synchronous/files.js';
import { SynchronousRequests } from './synchronous/requests.js';
import { AnswerWaiter } from './synchronous/answer-waiter.js';

@Module({
  controllers: API_CONTROLLERS,
  providers: [
    ...SENDING,
    KeyRing,
    Sender,
    Planner,
    TurnActions,
    LateAnswers,
    McpTools,
    MessageChanges,
    FactTeller,
    CredentialCheck,
    EventStreams,
    BulkSends,
    BatchProgress,
    CampaignActions,
    NamedFiles,
    SynchronousRequests,
    AnswerWaiter,
    RunWaiter,
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class ApiModule {}
