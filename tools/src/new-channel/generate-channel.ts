import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Names } from './names.js';
import { REGISTRATIONS } from './registrations.js';

/** Where the files of a template folder go. */
const TARGETS: readonly { template: string; folder: (kind: string) => string }[] = [
  { template: 'channel', folder: (kind) => `apps/chat-platforms/src/channels/${kind}` },
  { template: 'sandbox', folder: (kind) => `apps/sandbox/src/${kind}` },
];
const SINGLE: readonly { template: string; path: (kind: string) => string }[] = [
  { template: 'capabilities.ts.txt', path: (kind) => `libs/contracts/src/capabilities/${kind}.ts` },
  { template: 'seed.ts.txt', path: (kind) => `tools/src/seed/channels/${kind}.ts` },
];
const TEMPLATES = 'tools/src/new-channel/template';

export interface Written {
  made: string[];
  changed: string[];
}

/**
 * Writes the files of a new kind and its registrations. Everything is made in memory first: nothing is written when a place has
 * changed so that it cannot be edited, or when one of the files exists. @throws Error with a sentence for people.
 */
export async function generateChannel(root: string, names: Names, today: string): Promise<Written> {
  const made = newFiles(root, names, today);
  for (const path of made.keys())
    if (existsSync(join(root, path))) throw new Error(`${path} exists already.`);
  const changed = new Map(
    REGISTRATIONS.map(({ path, edit }) => [path, edited(root, path, (source) => edit(source, names))]),
  );
  for (const [path, text] of [...made, ...changed]) {
    const file = join(root, path);
    const pretty = await format(text, { ...(await resolveConfig(file)), filepath: file });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pretty);
  }
  return { made: [...made.keys()], changed: [...changed.keys()] };
}

function newFiles(root: string, names: Names, today: string): Map<string, string> {
  const templates = join(root, TEMPLATES);
  const read = (path: string): string => filled(readFileSync(join(templates, path), 'utf8'), names, today);
  const files = new Map(SINGLE.map(({ template, path }) => [path(names.kind), read(template)]));
  for (const { template, folder } of TARGETS) {
    for (const name of readdirSync(join(templates, template)))
      files.set(`${folder(names.kind)}/${name.replace(/\.txt$/, '')}`, read(`${template}/${name}`));
  }
  return files;
}

function filled(text: string, names: Names, today: string): string {
  const values: Readonly<Record<string, string>> = { ...names, today };
  return text.replace(/%(kind|name|Name|Title|today)%/g, (_, key: string) => values[key] ?? '');
}

function edited(root: string, path: string, edit: (source: string) => string): string {
  try {
    return edit(readFileSync(join(root, path), 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be edited: ${(error as Error).message}. Nothing was written.`);
  }
}
