import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ToolFile } from './gateway.js';

/** Bytes of one file; the media store takes no more. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Files in one message: what one message may take in provider calls. */
const MAX_FILES = 10;

/** Every file of a message, or in words why none of them is sent. */
export type ReadFiles = { files: ToolFile[] } | { refused: string };

/** Types of files without a signature in their bytes; the others are recognised by whoever stores them. */
const TEXT_TYPES: Record<string, string> = {
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.csv': 'text/csv',
  '.md': 'text/markdown',
  '.json': 'application/json',
};

/**
 * Reads the files that a message names, all or none. Only regular files of at most 10 MB below one of the folders are read: no `..`,
 * no symbolic link anywhere on the way, no device, pipe or folder.
 */
export async function readFiles(paths: readonly string[], folders: readonly string[]): Promise<ReadFiles> {
  if (paths.length > MAX_FILES)
    return { refused: `${paths.length} files are named, at most ${MAX_FILES} can be` };
  const files: ToolFile[] = [];
  for (const path of paths) {
    const bytes = await readOne(path, folders);
    if (typeof bytes === 'string') return { refused: path === '' ? bytes : `${path} ${bytes}` };
    const type = TEXT_TYPES[extname(path).toLowerCase()];
    files.push({ filename: basename(path), mimeType: type ?? 'application/octet-stream', bytes });
  }
  return { files };
}

/** The bytes, or why not. */
async function readOne(path: string, folders: readonly string[]): Promise<Buffer | string> {
  if (path === '') return 'MEDIA: names no file';
  if (path.includes('\0')) return 'is no path';
  if (path.split(/[\\/]/).includes('..')) return 'is refused: ".." is not allowed in it';
  const place = await placeOf(resolve(path), folders);
  if (place === undefined) return 'is not in a folder that files may be sent from';
  try {
    return await readRegular(place);
  } catch (error) {
    return REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? 'cannot be read';
  }
}

/** How the system says what a path is. ELOOP: the last part is a symbolic link and we asked not to follow it. */
const REASONS: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  ELOOP: 'is refused: it is a symbolic link',
  EACCES: 'cannot be read',
  ENXIO: 'is refused: it is no regular file',
};

/** The path below the real place of its folder; a folder itself may be reached through a link, for the operator chose it. */
async function placeOf(path: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const inside = relative(resolve(folder), path);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) continue;
    const real = await realpath(resolve(folder)).catch(() => undefined);
    if (real !== undefined) return join(real, inside);
  }
  return undefined;
}

/** Not following a link, and not waiting for the other end of a pipe. */
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function readRegular(place: string): Promise<Buffer | string> {
  const before = await lstat(place);
  if (before.isSymbolicLink()) return 'is refused: it is a symbolic link';
  // Opening a device can itself do something, so what is no file is not even opened.
  if (!before.isFile()) return 'is refused: it is no regular file';
  const handle = await open(place, OPEN);
  try {
    const opened = await handle.stat();
    const refusal = await refusalOf(place, opened);
    return refusal ?? (await readCapped(handle));
  } finally {
    await handle.close();
  }
}

/** Judges what was opened and not what the path was before: the way to it may have been changed in between. */
async function refusalOf(place: string, opened: Stats): Promise<string | undefined> {
  if (!opened.isFile()) return 'is refused: it is no regular file';
  const isStraight = (await realpath(place)) === place;
  const now = await lstat(place);
  if (!isStraight || now.ino !== opened.ino || now.dev !== opened.dev)
    return 'is refused: there is a symbolic link on the way to it';
  return opened.size > MAX_FILE_BYTES ? TOO_LARGE : undefined;
}

const TOO_LARGE = 'is refused: it has more than 10 MB';

/** Reads at most one byte more than allowed, however the file grows meanwhile. */
async function readCapped(handle: FileHandle): Promise<Buffer | string> {
  const chunks: Buffer[] = [];
  let left = MAX_FILE_BYTES + 1;
  for await (const chunk of handle.createReadStream({ autoClose: false, end: MAX_FILE_BYTES })) {
    chunks.push(chunk as Buffer);
    left -= (chunk as Buffer).length;
  }
  if (left <= 0) return TOO_LARGE;
  return chunks.length === 0 ? 'is empty' : Buffer.concat(chunks);
}
