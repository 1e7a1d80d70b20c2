/** A bulk send that waits for its turn on a channel. */
export interface Standing {
  id: string;
  /** Items that wait. */
  waiting: number;
}

/**
 * Shares the room of a channel out: one item of each in turn, from the first that stands in line, until the room is used up or nobody
 * waits. Whoever has fewer items than its share leaves the rest to the others. Pure.
 *
 * @param standing whoever was served longest ago first.
 * @returns one id for each item, in the order in which they go.
 */
export function takeTurns(room: number, standing: readonly Standing[]): string[] {
  const turns: string[] = [];
  for (let round = 1; turns.length < room; round += 1) {
    const ready = standing.filter(({ waiting }) => waiting >= round);
    if (ready.length === 0) break;
    turns.push(...ready.slice(0, room - turns.length).map(({ id }) => id));
  }
  return turns;
}

/** Those who had turns, in the order of their last ones: where they stand in line the next time. */
export function servedBy(turns: readonly string[]): string[] {
  return [...new Set([...turns].reverse())].reverse();
}

/**
 * Seconds of a channel's pace that campaigns may have on their way at once. A single message waits behind no more than that, and half
 * a second is enough to keep the channel busy between two looks.
 */
const AHEAD_S = 0.5;
/** However fast a channel may be, one machine takes about this many messages in half a second. */
const MOST = 100;
/**
 * On a slow number a single message that is tried again later would hold the only place. So as many as these, and never fewer than the
 * half second above, do not count: on fast channels all of it is then a second at most, should they come back at once, and on slow
 * ones they come back one by one, after pauses of their own. More than that is no accident of some people: the platform is away, and
 * whatever is fed would only fail.
 */
const STUCK_FREE = 3;

/** How much of campaigns a channel has already. */
export interface OnItsWay {
  /** Messages that leave as soon as it is their turn. */
  backlog: number;
  /** Messages that wait for a later time: tried again, or to somebody whose lane stands still. */
  stuck: number;
}

/** How many more messages of campaigns a channel takes now. @param perSecond calls per second; null = unlimited */
export function roomOf(perSecond: number | null, { backlog, stuck }: OnItsWay): number {
  const most = perSecond === null ? MOST : Math.min(MOST, Math.max(1, Math.ceil(perSecond * AHEAD_S)));
  const counted = backlog + Math.max(0, stuck - Math.max(STUCK_FREE, most));
  return Math.max(0, most - counted);
}
