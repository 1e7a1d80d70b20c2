import { API_TOKEN, type SubjectName } from '@skein/contracts';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, Matches } from 'class-validator';

/** The class a payload is checked against. */
export type PayloadClass = new () => object;

/** Ids in one doorbell; the publisher merges up to this many. */
const MAX_IDS = 500;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

class SendBellPayload {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IDS)
  @Matches(ID, { each: true })
  ids!: string[];
}

class DeliverBellPayload {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IDS)
  @Matches(ID, { each: true })
  calls!: string[];
}

class ThreadsBellPayload {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @Matches(ID, { each: true })
  calls?: string[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @Matches(ID, { each: true })
  inbound?: string[];
}

class TurnsBellPayload {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IDS)
  @Matches(ID, { each: true })
  threads!: string[];
}

/**
 * What the payload of a subject is checked against before a handler sees it. A caller's command on `send` is not: the
 * function that accepts it checks it as the api does, item by item. Facts and fires are made by this system alone.
 */
const PAYLOADS: Partial<Record<SubjectName, (tokens: string[]) => PayloadClass | undefined>> = {
  send: (tokens) => (tokens[3] === API_TOKEN ? SendBellPayload : undefined),
  deliver: () => DeliverBellPayload,
  threads: () => ThreadsBellPayload,
  turns: () => TurnsBellPayload,
};

/** The class for a message of a subject, or undefined where the handler checks the content itself. */
export function payloadClass(name: SubjectName, tokens: string[]): PayloadClass | undefined {
  return PAYLOADS[name]?.(tokens);
}
