import type { ListedTarget } from './call.js';
import type { ToolOutcome } from './outcome.js';

/** A file that the tool may send, already read. */
export interface ToolFile {
  /** The last part of the path. */
  filename: string;
  /** By the file's name; whoever stores it looks at the bytes. */
  mimeType: string;
  bytes: Buffer;
}

/** What a running turn gives the tool: the way to its conversation, its workspace's targets and the folders it may send from. */
export interface SendGateway {
  /** Folders whose files may be sent; nothing outside them is ever opened. */
  folders: readonly string[];
  /** True while the turn runs. */
  isOpen(): Promise<boolean>;
  /** Where the turn can send to, its own chat first. */
  list(): Promise<ListedTarget[]>;
  /** Sends, and waits until it is decided. */
  send(target: string, text: string, files: ToolFile[]): Promise<ToolOutcome>;
}
