import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  newId,
  refuse,
  subjects,
  type ChannelRow,
  type InboundContent,
  type InboundEvent,
} from '@skein/contracts';
import { Publisher } from '@skein/messaging';
import {
  acceptRequests,
  bisect,
  Db,
  findRequest,
  isDatabaseAway,
  keepAnswers,
  MicroBatcher,
  type KnownRequest,
  type RequestItem,
  type RequestResult,
  type Settled,
} from '@skein/persistence';
import { refuseUnknown, wasNotSent } from '@skein/sending';
import { NamedFiles } from './files.js';
import type { SynchronousRequest } from './read-request.js';

/** One request, with what came beside its body. */
export interface RequestInput {
  channel: ChannelRow;
  request: SynchronousRequest;
  /** The body as received. */
  bytes: Buffer;
  key: string | null;
}

/** A request as a message of the thread; the answer where it has been given before. */
export type Accepted = Pick<KnownRequest, 'messageId' | 'answer'>;

interface Answer {
  workspaceId: string;
  key: string;
  messageId: string;
  answer: string;
}

const BATCH = { max: 64, delayMs: 2 };

/** Makes requests durable, one message for each key, and keeps what they were answered. */
@Injectable()
export class SynchronousRequests {
  private readonly accepting: MicroBatcher<RequestItem, Settled<RequestItem, RequestResult>>;
  private readonly keeping: MicroBatcher<Answer, string>;

  constructor(
    private readonly db: Db,
    private readonly publisher: Publisher,
    private readonly files: NamedFiles,
  ) {
    this.accepting = new MicroBatcher((items) => bisect(items, (some) => acceptRequests(db, some)), BATCH);
    this.keeping = new MicroBatcher((items) => keepAnswers(db, items), BATCH);
  }

  /**
   * Commits what the person says and rings for it; a request that was made before leads to the message that it became.
   *
   * @throws `idempotency_conflict`, and the refusals of the file
   */
  async accept(input: RequestInput): Promise<Accepted> {
    const { channel, request, key } = input;
    const { id: channelId, workspaceId } = channel;
    const bodyHash = hashOf(channelId, input.bytes);
    const known = await this.known(input, bodyHash);
    if (known !== undefined) return known;
    const media = request.file && (await this.files.take(workspaceId, request.file));
    const event = eventOf(request, { ...textOf(request), ...(media && { media: [media] }) });
    const result = await this.commit({ workspaceId, channelId, key, bodyHash, event });
    if ('conflict' in result) return conflict();
    if (result.inboundId !== null)
      void this.publisher.ring(subjects.threads(workspaceId), { inbound: [result.inboundId] });
    return result;
  }

  /** Keeps the first answer under a key. @returns the one that stays */
  keep(answer: Answer): Promise<string> {
    return this.keeping.add(answer);
  }

  /** A repetition fetches no file a second time; what has none is found out by the commit. */
  private async known(
    { channel, request, key }: RequestInput,
    bodyHash: Buffer,
  ): Promise<Accepted | undefined> {
    if (key === null || request.file === undefined) return undefined;
    const known = await findRequest(this.db, channel.workspaceId, key);
    return known === undefined || known.bodyHash.equals(bodyHash) ? known : conflict();
  }

  private async commit(item: RequestItem): Promise<RequestResult> {
    const attempt = await this.accepting.add(item).catch((error: unknown) => ({ error }));
    if (!('error' in attempt)) return attempt.value;
    // After the statement left, only the row knows whether it was kept; the same key tells.
    if (isDatabaseAway(attempt.error) && !wasNotSent(attempt.error)) return refuseUnknown();
    throw attempt.error;
  }
}

function textOf({ text }: SynchronousRequest): Pick<InboundContent, 'text'> {
  return text === undefined ? {} : { text };
}

function eventOf(
  { contactIdentifier, contactName }: SynchronousRequest,
  content: InboundContent,
): InboundEvent {
  const id = newId();
  return {
    type: 'message',
    eventId: id,
    at: new Date().toISOString(),
    address: contactIdentifier,
    ...(contactName === undefined ? {} : { profileName: contactName }),
    providerMessageId: id,
    content,
  };
}

/** The same body to another channel is another request. */
function hashOf(channelId: string, bytes: Buffer): Buffer {
  return createHash('sha256').update(`${channelId}\n`).update(bytes).digest();
}

function conflict(): never {
  return refuse('idempotency_conflict', 'The idempotency key was used with another body.');
}
