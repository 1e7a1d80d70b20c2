import {
  cancelAccepted,
  putOffPaused,
  type OutboxRow,
  type RoutableMessage,
  type Sql,
} from '@skein/persistence';
import { noteFacts, type StatusFact } from './tell.js';

/**
 * Keeps what was said about a campaign: its accepted messages wait while it is paused, and end when it was canceled after they were
 * accepted.
 *
 * @returns what to tell after the commit.
 */
export async function keepCampaigns(sql: Sql, messages: readonly RoutableMessage[]): Promise<OutboxRow[]> {
  const idsOf = (state: RoutableMessage['campaign_state']): string[] =>
    messages
      .filter((message) => message.status === 'accepted' && message.campaign_state === state)
      .map((message) => message.id);
  await putOffPaused(sql, idsOf('paused'));
  const ended = await cancelAccepted(sql, idsOf('canceled'));
  const facts = ended.map((row): StatusFact => ({ ...row, status: 'canceled', reason: null, losses: [] }));
  return noteFacts(sql, facts);
}
