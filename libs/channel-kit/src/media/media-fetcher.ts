import type { InboundEvent, InboundMedia } from '@skein/contracts';
import { updateFactMedia, type Sql } from '@skein/persistence';
import type { MediaStore } from '@skein/messaging';
import { RepeatedLog, type Logger } from '@skein/runtime';
import type { AccountBook } from '../account/account-book.js';
import type { ChannelAccount, MediaBytes } from '../definition.js';
import type { GuardedClient } from '../http/guarded-fetch.js';
import { storeMedia, type StoredMedia } from './store-media.js';

export interface MediaFetcherParts {
  sql: Sql;
  media: MediaStore;
  /** For what a provider's answer points to. */
  client: GuardedClient;
  book: AccountBook;
  logger: Logger;
}

const FETCH_MS = 30_000;
/** Files fetched at once; each may hold 10 MB. */
const MAX_AT_ONCE = 4;

/** Fetches what people sent from the provider, looks at what it really is, and stores it. */
export class MediaFetcher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly repeated: RepeatedLog;

  constructor(private readonly parts: MediaFetcherParts) {
    this.repeated = new RepeatedLog(parts.logger);
  }

  /** True when the event has files that are still at the provider. */
  wants(account: ChannelAccount<object>, event: InboundEvent): boolean {
    if (event.type !== 'message' || !this.parts.book.definitionOf(account.kind)?.fetchMedia) return false;
    return (event.content.media ?? []).some(isRemote);
  }

  /** Fetches the files of a committed event and writes them, or why they could not be had, into its fact. Never rejects. */
  async fetch(account: ChannelAccount<object>, event: InboundEvent, inboundId: string): Promise<void> {
    if (event.type !== 'message' || !this.wants(account, event)) return;
    try {
      const media = await Promise.all(
        (event.content.media ?? []).map((file) => this.fetchOne(account, file)),
      );
      await updateFactMedia(this.parts.sql, inboundId, media);
    } catch (error) {
      this.repeated.warn(
        'media',
        { err: error, inboundId },
        'files of an inbound message could not be recorded',
      );
    }
  }

  /** Stores a file that came in. @throws MediaTooLargeError, away errors. */
  store(workspaceId: string, file: MediaBytes): Promise<StoredMedia> {
    return storeMedia(this.parts, workspaceId, file);
  }

  private async fetchOne(account: ChannelAccount<object>, file: InboundMedia): Promise<InboundMedia> {
    const definition = this.parts.book.definitionOf(account.kind);
    if (!isRemote(file) || !definition?.fetchMedia) return file;
    await this.enter();
    try {
      const got = await definition.fetchMedia(file, account, {
        signal: AbortSignal.timeout(FETCH_MS),
        http: this.parts.client,
      });
      if ('kind' in got) return { ...file, error: got.detail };
      const { mediaId, mimeType, sizeBytes } = await this.store(account.workspaceId, got);
      const filename = file.filename ?? got.filename;
      const named = filename === undefined ? {} : { filename };
      return { ...file, ...named, providerRef: undefined, mediaId, mimeType, sizeBytes };
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string };
      this.repeated.warn(
        `fetch:${account.id}`,
        { err: error, channelId: account.id },
        'a file could not be fetched',
      );
      return { ...file, error: `The file could not be fetched (${code ?? name ?? 'unknown'}).` };
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running >= MAX_AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}

function isRemote(file: InboundMedia): boolean {
  return file.providerRef !== undefined && file.mediaId === undefined && file.error === undefined;
}
