import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { fileName, GuardedClient, MAX_MEDIA_BYTES, storeMedia, type MediaBytes } from '@skein/channel-kit';
import { refuse, type Failure, type InboundMedia } from '@skein/contracts';
import { MediaStore } from '@skein/messaging';
import { Db } from '@skein/persistence';
import { ApiConfig } from '../api.config.js';
import type { NamedFile } from './read-request.js';

/** How long a file may take. */
const FETCH_MS = 30_000;
/** Files fetched at once; each may hold 10 MB. */
const MAX_AT_ONCE = 16;
const RETRY_AFTER_S = 5;

/** Fetches the files that callers name and keeps them, before anything of the request is committed. */
@Injectable()
export class NamedFiles implements OnModuleDestroy {
  private readonly client: GuardedClient;
  private running = 0;

  constructor(
    private readonly db: Db,
    private readonly store: MediaStore,
    config: ApiConfig,
  ) {
    this.client = new GuardedClient(config.allowHosts);
  }

  /** @throws `media_unreachable`, `media_too_large`, and `rate_limited` while too many others are being fetched. */
  async take(workspaceId: string, { media, url, filename }: NamedFile): Promise<InboundMedia> {
    const file = await this.fetch(url);
    const name = filename === undefined ? file.filename : fileName(filename);
    const named = name === undefined ? {} : { filename: name };
    const parts = { sql: this.db, media: this.store };
    const { mediaId, mimeType, sizeBytes } = await storeMedia(parts, workspaceId, { ...file, ...named });
    return { media, mediaId, mimeType, sizeBytes, ...named };
  }

  onModuleDestroy(): Promise<void> {
    return this.client.close();
  }

  private async fetch(url: string): Promise<MediaBytes> {
    if (this.running >= MAX_AT_ONCE)
      return refuse('rate_limited', 'Too many files are being fetched.', {
        retryAfterSeconds: RETRY_AFTER_S,
      });
    this.running += 1;
    try {
      const signal = AbortSignal.timeout(FETCH_MS);
      const got = await this.client.media(url, MAX_MEDIA_BYTES, signal);
      return 'kind' in got ? refuseFile(got, signal.aborted) : got;
    } finally {
      this.running -= 1;
    }
  }
}

/** Whatever a file's host does wrong, the caller can only name another address. */
function refuseFile(failure: Failure, isLate: boolean): never {
  if (failure.kind === 'rejected' && failure.reason === 'media_too_large')
    return refuse('media_too_large', 'The file is larger than 10 MB.');
  return refuse('media_unreachable', isLate ? 'The file did not arrive within 30 s.' : failure.detail);
}
