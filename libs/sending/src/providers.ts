import { Acceptance } from './acceptance.js';
import { StatusWaiter } from './status-waiter.js';
import { ToolGateways } from './tool-gateway.js';
import { TurnEnds } from './turn-ends.js';
import { TurnSends } from './turn-sends.js';
import { WorkspaceChannels } from './workspace-channels.js';
import { WorkspaceTargets } from './workspace-targets.js';

/** What a Nest module of a service that accepts sends provides. */
export const SENDING = [
  Acceptance,
  StatusWaiter,
  ToolGateways,
  TurnEnds,
  TurnSends,
  WorkspaceChannels,
  WorkspaceTargets,
];
