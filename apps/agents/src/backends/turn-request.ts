import {
  capabilitiesOf,
  LATER_LIMITS,
  signTurnToken,
  type Capabilities,
  type TurnEntry,
  type TurnRequest,
} from '@skein/contracts';
import type { ThreadEntry } from '@skein/persistence';
import { capabilitiesFor, outputRule, sendActions } from '@skein/rendering';
import type { TurnContext } from './backend.js';

/** What the deployment adds to a turn that is handed out. */
export interface Deployment {
  /** Signs turn tokens. */
  secretKey: string | undefined;
  /** Base address of the API, where it is known. */
  publicUrl: string | undefined;
}

/** Milliseconds that one try may take, however many signs of life it gives. */
export const MAX_TURN_MS = 10 * 60_000;

/**
 * What the agent gets: ids and words, the tools of the channel, and no credential.
 *
 * @throws when the deployment cannot sign a turn token.
 */
export function requestOf(turn: TurnContext, { secretKey, publicUrl }: Deployment): TurnRequest {
  const { id: turnId, attempt, workspaceId, agentId, threadId, channelId, person } = turn;
  if (secretKey === undefined) throw new Error('SKEIN_SECRET_KEY is not set.');
  const table = tableOf(turn);
  return {
    type: 'turn',
    ...{ turnId, attempt, workspaceId, agentId, conversationId: threadId },
    channel: { id: channelId, kind: person.kind },
    contact: { id: person.contactId, name: person.name },
    message: entryOf(turn.message),
    messages: turn.messages.map(entryOf),
    instructions: turn.instructions.map(({ id, text, at }) => ({
      id,
      text: text ?? '',
      at: at.toISOString(),
    })),
    history: turn.history.map(entryOf),
    turnToken: tokenOf(turn, secretKey),
    ...(publicUrl === undefined ? {} : { apiUrl: publicUrl.replace(/\/+$/, '') }),
    actions: table ? sendActions(table) : [],
    outputRule: table ? outputRule(table) : '',
  };
}

/** What the channel of a turn can do. */
export function tableOf({ person }: Pick<TurnContext, 'person'>): Capabilities | undefined {
  const table = capabilitiesOf(person.kind);
  return table && capabilitiesFor(table, person.settings);
}

/** It outlives the longest try that ends in a promise to answer later; sooner than that the turn's own row ends it. */
function tokenOf(turn: TurnContext, secretKey: string): string {
  const { workspaceId, id: turnId, token: fence, agentId, channelId, threadId: conversationId } = turn;
  const claim = { workspaceId, turnId, fence, agentId, channelId, conversationId };
  return signTurnToken(secretKey, claim, new Date(Date.now() + MAX_TURN_MS + LATER_LIMITS.max * 1000));
}

function entryOf({ id, author, purpose, text, content, at }: ThreadEntry): TurnEntry {
  return { id, author, purpose, text, content, at: at.toISOString() };
}
