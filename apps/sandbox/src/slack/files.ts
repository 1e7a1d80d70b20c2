import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';

export interface StoredFile {
  id: string;
  name: string;
  mimeType: string;
  sha256: string;
  size: number;
  /** The installation that may read it. */
  account: string;
  /** The file object of the Web API. */
  shown: JsonObject;
}

/** An upload that was announced, or has come. */
export interface Ticket {
  id: string;
  fileId: string;
  account: string;
  name: string;
  length: number;
  sha256: string | null;
}

/** What is told of a file besides its bytes; `origin` is where its reader reaches this sandbox. */
export interface Known {
  title: string;
  owner: string;
  origin: string;
}

const MIME_OF: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  txt: 'text/plain',
};

/** Files by id and uploads under way; the bytes are in the blob store. */
export class FileShelf {
  private readonly files = new Map<string, StoredFile>();
  private readonly tickets = new Map<string, Ticket>();

  constructor(private readonly world: World) {}

  announce(account: string, name: string, length: number): Ticket {
    const ticket = {
      id: randomBytes(16).toString('hex'),
      fileId: newFileId(),
      account,
      name,
      length,
      sha256: null,
    };
    this.tickets.set(ticket.id, ticket);
    return ticket;
  }

  ticket(id: string): Ticket | undefined {
    return this.tickets.get(id);
  }

  ticketOfFile(fileId: unknown): Ticket | undefined {
    return [...this.tickets.values()].find((ticket) => ticket.fileId === fileId);
  }

  /** The bytes of an announced upload have come. */
  receive(ticket: Ticket, bytes: Buffer): void {
    ticket.sha256 = this.world.blobs.put(bytes);
  }

  /** An upload becomes a file; its name tells what it is. */
  finish(ticket: Ticket, { title, owner, origin }: Known): StoredFile | undefined {
    if (ticket.sha256 === null) return undefined;
    this.tickets.delete(ticket.id);
    const mimeType =
      MIME_OF[ticket.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
    const known = {
      name: ticket.name,
      mimeType,
      sha256: ticket.sha256,
      size: ticket.length,
      account: ticket.account,
    };
    return this.keep({ id: ticket.fileId, ...known }, { title, owner, origin });
  }

  /** A person's own file. */
  add(
    file: { account: string; name: string; mimeType: string; bytes: Buffer },
    by: { owner: string; origin: string },
  ): StoredFile {
    const { bytes, ...named } = file;
    const known = { ...named, sha256: this.world.blobs.put(bytes), size: bytes.length };
    return this.keep({ id: newFileId(), ...known }, { title: file.name, ...by });
  }

  get(id: string): StoredFile | undefined {
    return this.files.get(id);
  }

  bytes({ sha256 }: StoredFile): Buffer | undefined {
    return this.world.blobs.get(sha256);
  }

  clear(): void {
    this.files.clear();
    this.tickets.clear();
  }

  snapshot(): unknown {
    return [...this.files.values()];
  }

  restore(saved: unknown): void {
    for (const file of (saved ?? []) as StoredFile[]) this.files.set(file.id, file);
  }

  private keep(file: Omit<StoredFile, 'shown'>, { title, owner, origin }: Known): StoredFile {
    const address = `${origin}/slack/files-pri/${file.id}/${encodeURIComponent(file.name)}`;
    const shown = {
      ...{ id: file.id, name: file.name, title, mimetype: file.mimeType, size: file.size, user: owner },
      ...{
        filetype: file.name.split('.').at(-1) ?? '',
        mode: 'hosted',
        is_external: false,
        is_public: false,
      },
      ...{ url_private: address, url_private_download: `${address}?download=1`, file_access: 'visible' },
    };
    const stored = { ...file, shown };
    this.files.set(file.id, stored);
    this.world.changed();
    return stored;
  }
}

function newFileId(): string {
  return `F${randomBytes(5).toString('hex').toUpperCase()}`;
}
