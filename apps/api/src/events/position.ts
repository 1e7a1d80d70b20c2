/** A place between two events of the stream. */
export interface Position {
  /** The stream this is a place of: the time at which it was made, in ms. One that was lost and made again counts from 1. */
  stream: number;
  /** The message of the stream; it holds an array of events. */
  seq: number;
  /** How many events of that array lie before the place. */
  index: number;
}

/** The state of the stream as far as a place in it is concerned. */
export interface StreamState {
  createdMs: number;
  firstSeq: number;
  lastSeq: number;
}

/** Why events may be missing after a place: they are older than what is kept, or their stream was lost. */
export type GapReason = 'expired' | 'reset';

/** Where reading starts; `gap` when something between may be missing. */
export interface Start {
  position: Position;
  gap?: GapReason;
}

const ID = /^([0-9a-z]{1,11})-([1-9]\d{0,15})-(\d{1,6})$/;

/** The id under which a reader comes back to a place. */
export function idOf({ stream, seq, index }: Position): string {
  return `${stream.toString(36)}-${seq}-${index}`;
}

/** The place an id names; undefined when it is not one of ours. */
export function positionOf(id: string): Position | undefined {
  const [, stream, seq, index] = ID.exec(id) ?? [];
  return stream === undefined
    ? undefined
    : { stream: parseInt(stream, 36), seq: Number(seq), index: Number(index) };
}

/** Where to read from: behind the last event, or after the place where a reader stopped. */
export function startOf(state: StreamState, last: Position | undefined): Start {
  const { createdMs: stream, firstSeq, lastSeq } = state;
  const oldest = { stream, seq: Math.max(firstSeq, 1), index: 0 };
  if (last === undefined) return { position: { stream, seq: lastSeq + 1, index: 0 } };
  if (last.stream !== stream || last.seq > lastSeq + 1) return { position: oldest, gap: 'reset' };
  // Nothing followed the last one that was read: what has expired was read.
  const isMissing = firstSeq > last.seq && last.seq < lastSeq;
  return isMissing ? { position: oldest, gap: 'expired' } : { position: last };
}
