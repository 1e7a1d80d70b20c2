import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envExample } from '@skein/runtime';
import { format, resolveConfig } from 'prettier';
import { capabilitiesPage } from './generate/capabilities-page.js';
import { errorsPage } from './generate/errors-page.js';
import { openApiText } from './generate/open-api.js';
import { statesPage } from './generate/states-page.js';
import { subjectsPage } from './generate/subjects-page.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Every file that is made from the code, by its path in the repository. */
const FILES: Readonly<Record<string, () => string | Promise<string>>> = {
  '.env.example': envExample,
  'docs/openapi.json': openApiText,
  'docs/reference/subjects.md': subjectsPage,
  'docs/reference/states.md': statesPage,
  'docs/reference/errors.md': errorsPage,
  'docs/reference/capabilities.md': capabilitiesPage,
};

/** What the file should say, in the format that the format gate asks for. */
async function wanted(path: string, make: () => string | Promise<string>): Promise<string> {
  const text = await make();
  if (!/\.(json|md)$/.test(path)) return text;
  const file = join(ROOT, path);
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

function found(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** Writes the generated files that changed; with `--check` only says which ones are stale, and exits 1 if any is. */
async function generate(isCheck: boolean): Promise<void> {
  const stale: string[] = [];
  for (const [path, make] of Object.entries(FILES)) {
    const text = await wanted(path, make);
    if (found(path) === text) continue;
    stale.push(path);
    if (isCheck) continue;
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  if (stale.length === 0) return console.log('generated files are current');
  console.log(`${isCheck ? 'stale, run npm run generate' : 'written'}: ${stale.join(', ')}`);
  if (isCheck) process.exitCode = 1;
}

await generate(process.argv.includes('--check'));
