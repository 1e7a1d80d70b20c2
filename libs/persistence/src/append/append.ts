import { SAID_TO_OPTED_OUT } from '@skein/contracts';
import { markApplied } from '../advance/receipts.js';
import type { Db, Sql } from '../db.js';
import { groupFacts, type Fact } from '../outbox/facts.js';
import { insertOutbox, type OutboxRow } from '../outbox/outbox.js';
import { lockLanes, type LaneState } from '../routing/lanes.js';
import { blockCalls, findKeywords, isConsent, readWishes, stoppedBy, type Wish } from './consents.js';
import { entriesOf, insertEntries, noteActivity, type Entry } from './entries.js';
import { lockEvents, type LockedEvent } from './events.js';
import { blockedFact, consentFact, receivedFact, releasedFact, windowFacts } from './facts.js';
import { blockHeld, releaseHeld, type HeldMessage } from './held.js';
import { answerKeywords } from './keyword-answers.js';
import { applyMarks } from './marks.js';
import { findPeople, type People } from './people.js';
import { askAgents } from './turns.js';
import { keepRoutes, routesIn } from './routes.js';
import { expandWatermarks } from './watermarks.js';
import { openWindows, type LaneWindow } from './windows.js';

/** What is left to do after the commit. */
export interface Appended {
  /** To be told. */
  outbox: OutboxRow[];
  /** Messages that go out now, in order: held ones, then answers to keywords. The router hears of them before the agents do. */
  released: { workspaceId: string; id: string }[];
  /** Provider calls that an opt-out ended; their messages have to be folded. */
  ended: { workspaceId: string; id: string }[];
  /** Receipts of single calls that a watermark covers. */
  receipts: { workspaceId: string; id: string }[];
  /** Threads with a new turn. */
  threads: { workspaceId: string; id: string }[];
}

/** The service name on outbox rows. */
const SERVICE = 'threads';

/**
 * Applies what people said and did, in one transaction under the locks of their lanes: entries, windows, held messages, consent,
 * turns. Events that somebody has applied already are left out, so that a repeat does nothing.
 *
 * @param ids as `findApplicable` gave them: in order, and complete for each person.
 */
export function append(db: Db, ids: string[]): Promise<Appended> {
  return db.transaction(async (sql) => {
    const events = await lockEvents(sql, ids);
    if (events.length === 0) return { outbox: [], released: [], ended: [], receipts: [], threads: [] };
    return apply(sql, events);
  });
}

async function apply(sql: Sql, events: LockedEvent[]): Promise<Appended> {
  const people = await findPeople(sql, events);
  const lanes = await lockLanes(
    sql,
    [...people.values()].map((who) => who.laneId),
  );
  await keepRoutes(sql, routesIn(events, people));
  const entries = await entriesOf(sql, events, people, lanes);
  const places = await insertEntries(sql, entries);
  await noteActivity(sql, entries);
  const wishes = await readWishes(sql, events, people);
  const windows = await openWindows(sql, entries);
  const optedOut = optedOutLanes(lanes, wishes);
  const stopped = [...new Set([...optedOut, ...stoppedBy(wishes)])];
  const held = await settleHeld(sql, windows, optedOut, stopped);
  const ended = await blockCalls(sql, stopped, [...SAID_TO_OPTED_OUT]);
  const answers = await answerKeywords(sql, wishes);
  const silent = await findKeywords(sql, events);
  const asking = await askAgents(sql, entries, places, { optedOut, silent });
  const marks = await applyMarks(sql, events, people);
  const { receipts, waiting } = await expandWatermarks(sql, events, people);
  const over = events.filter(({ id }) => !waiting.has(id));
  await markApplied(
    sql,
    over.map((event) => ({ id: event.id, outcome: outcomeOf(event, people, marks.unmatched) })),
  );
  const facts = [...factsOf({ entries, events, people, windows, lanes, held }), ...marks.facts];
  return {
    outbox: await insertOutbox(sql, SERVICE, groupFacts(facts)),
    released: [
      ...held.released.map(({ workspace_id, id }) => ({ workspaceId: workspace_id, id })),
      ...answers,
    ],
    ended,
    receipts,
    threads: asking.map(({ event, threadId }) => ({ workspaceId: event.workspace_id, id: threadId })),
  };
}

/** Lanes closed to everything after this batch: what was said last counts. */
function optedOutLanes(lanes: Map<string, LaneState>, wishes: Wish[]): Set<string> {
  const closed = [...lanes.values()].filter((lane) => lane.opted_out_purpose === 'all');
  const out = new Set(closed.map(({ id }) => id));
  for (const { event, laneId, recorded } of wishes) {
    if (!recorded) continue;
    if (event.fact.value === 'start') out.delete(laneId);
    else if (event.fact.purpose === 'all') out.add(laneId);
  }
  return out;
}

interface SettledHeld {
  released: HeldMessage[];
  blocked: HeldMessage[];
}

/** An opt-out ends what is held before a window can let it go. */
async function settleHeld(
  sql: Sql,
  windows: LaneWindow[],
  optedOut: Set<string>,
  stopped: string[],
): Promise<SettledHeld> {
  const blocked = await blockHeld(sql, stopped);
  const open = windows.filter((window) => window.open && !optedOut.has(window.id)).map(({ id }) => id);
  return { blocked, released: await releaseHeld(sql, open) };
}

function outcomeOf(event: LockedEvent, people: People, unmatched: Set<string>): string {
  if (event.fact.type === 'unsupported') return 'unsupported';
  if (unmatched.has(event.id)) return 'unmatched';
  return people.has(event.id) ? 'applied' : 'identity_conflict';
}

interface Happened {
  entries: Entry[];
  events: LockedEvent[];
  people: People;
  windows: LaneWindow[];
  lanes: Map<string, LaneState>;
  held: SettledHeld;
}

function factsOf({ entries, events, people, windows, lanes, held }: Happened): Fact[] {
  const at = new Date();
  const opened = windows.filter((window) => window.open && lanes.get(window.id)?.window_open === false);
  const found = [
    ...entries.map(receivedFact),
    ...events.filter(isConsent).map((event) => consentFact(event, people)),
    ...windowFacts(opened, entries, at),
    ...held.released.map((message) => releasedFact(message, at)),
    ...held.blocked.map((message) => blockedFact(message, at)),
  ];
  return found.filter((fact) => fact !== undefined);
}
