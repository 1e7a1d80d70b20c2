export { isDataError, isDatabaseAway } from './away.js';
export { bisect, type Settled } from './bisect.js';
export { advanceClock } from './clock.js';
export { dataSourceOf, dbOf, poolOf, type DatabaseOptions } from './data-source.js';
export { codeOf, Db, type Sql } from './db.js';
export * from './entities/index.js';
export { MicroBatcher } from './micro-batcher.js';
export { migrate } from './migrate.js';
export { PersistenceModule } from './persistence.module.js';
export { acceptMessages } from './accept/accept.js';
export type { AcceptItem, AcceptResult } from './accept/accepted-item.js';
export {
  resolveRecipients,
  type Resolved,
  type ResolvedRecipient,
  type ResolveItem,
} from './recipients/resolve.js';
export * from './routing/commit.js';
export * from './routing/due.js';
export * from './routing/enrich.js';
export * from './routing/lanes.js';
export * from './routing/load.js';
export * from './routing/targets.js';
export * from './routing/unsubscribe.js';
export { deleteOutbox, dueOutbox, insertOutbox, type OutboxRow } from './outbox/outbox.js';
export { ChannelCache } from './channels/channel-cache.js';
export * from './campaigns/index.js';
export { channelByAccount, channelsById, type SealedChannel } from './channels/load.js';
export {
  connectableChannels,
  keepConnectionState,
  releaseConnectionLeases,
  takeConnectionLeases,
} from './channels/connection-leases.js';
export { laneRoute } from './channels/lane-route.js';
export { MIGRATIONS } from './migrations/index.js';
export { openCredentials, sealCredentials, SealError } from './channels/seal.js';
export { commitInbound, type Committed, type InboxItem } from './inbox/commit.js';
export { insertMedia, mediaById, updateFactMedia, type MediaRow } from './inbox/media.js';
export { storable } from './inbox/storable.js';
export type { AttemptNote, ClaimedCall, EndedCall, NextCall, Settlement } from './ledger/call.js';
export { claimCalls, releaseCalls, type ClaimRequest, type ClaimResult } from './ledger/claim.js';
export { pauseChannels, type ChannelPause } from './ledger/pauses.js';
export type { Allowance, ChannelPace } from './ledger/rate.js';
export { settleCalls, type OnAlerts, type SettledAttempt, type SettleResult } from './ledger/settle.js';
export { dueCalls, expireLeases, MAX_ATTEMPTS, SWEEP_LIMIT } from './ledger/sweep.js';
export * from './queries/index.js';
export * from './jobs/index.js';
export { groupFacts, messageFact, statusFact, type Fact, type FactSubject } from './outbox/facts.js';
export * from './outbox/facts.js';
export { tellOutbox, type Teller } from './outbox/tell.js';
export { advance, type AdvanceBatch, type Advanced } from './advance/advance.js';
export { dueDeliveries, dueInbound, strikeInbound } from './advance/due.js';
export { findPending } from './advance/receipts.js';
export { append, type Appended } from './append/append.js';
export type { LaneChoice } from './append/chosen.js';
export { findApplicable } from './append/events.js';
export {
  readTurnAnswers,
  type AnswerQuestion,
  type TurnAnswerRow,
  type TurnReply,
} from './synchronous/answers.js';
export {
  acceptRequests,
  findRequest,
  keepAnswers,
  type KnownRequest,
  type RequestItem,
  type RequestResult,
} from './synchronous/requests.js';
export { deleteTarget, listTargets, lockTargets, putTarget } from './targets/targets.js';
export { isTurnRunning } from './targets/running-turn.js';
export { acceptInTurn, MAX_TURN_SENDS, type TurnTry } from './turns/accept-in-turn.js';
export { agentKey, claimTurns, type Claim, type ClaimedTurn, type TurnRoom } from './turns/claim.js';
export { failTurn, finishTurn, retryTurn, type Closed, type TurnEnd } from './turns/close.js';
export { findRunningTry, noteTold, putOffTurn, type RunningTry } from './turns/later.js';
export { dueTurns, extendLease } from './turns/lease.js';
export { queueTurns, type NewTurn } from './turns/queue.js';
export { withoutRepeats } from './turns/said-before.js';
export { loadTurns, type LoadedTurn, type ThreadEntry, type TurnPerson } from './turns/load.js';
