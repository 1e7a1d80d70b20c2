/** One kind in the spellings that its files need. */
export interface Names {
  /** `carrier-pigeon` */
  kind: string;
  /** `carrierPigeon` */
  name: string;
  /** `CarrierPigeon` */
  Name: string;
  /** `Carrier Pigeon` */
  Title: string;
}

const FORM = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX = 32;
/** Words that cannot name a constant, and names that the files use themselves. */
const TAKEN: ReadonlySet<string> = new Set([
  ...[
    'break',
    'case',
    'catch',
    'class',
    'const',
    'default',
    'delete',
    'do',
    'else',
    'enum',
    'export',
    'extends',
    'false',
  ],
  ...[
    'finally',
    'for',
    'function',
    'if',
    'import',
    'in',
    'let',
    'new',
    'null',
    'package',
    'return',
    'static',
    'super',
  ],
  ...[
    'switch',
    'this',
    'throw',
    'true',
    'try',
    'typeof',
    'var',
    'void',
    'while',
    'with',
    'yield',
    'await',
    'interface',
  ],
  ...[
    'capabilities',
    'capability',
    'channel',
    'config',
    'core',
    'control',
    'files',
    'http',
    'index',
    'page',
    'testing',
  ],
  ...[
    'private',
    'protected',
    'public',
    'implements',
    'arguments',
    'eval',
    'webhook',
    'send',
    'kinds',
    'sandbox',
  ],
]);

/** The names of a kind, or a sentence that says why there can be no such kind. */
export function namesOf(kind: string | undefined, existing: readonly string[]): Names | { problem: string } {
  if (kind === undefined || kind === '') return { problem: 'Name the new kind: npm run new:channel <kind>.' };
  if (existing.includes(kind)) return { problem: `There is a channel kind "${kind}" already.` };
  if (kind.length > MAX || !FORM.test(kind)) {
    const form = `lower-case letters, digits and single hyphens, starting with a letter, at most ${MAX} characters`;
    return { problem: `"${kind}" cannot be a channel kind: it must be ${form}.` };
  }
  if (TAKEN.has(kind))
    return { problem: `"${kind}" cannot be a channel kind: the word has a meaning in the code.` };
  const words = kind.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const Name = words.join('');
  return { kind, name: `${Name.charAt(0).toLowerCase()}${Name.slice(1)}`, Name, Title: words.join(' ') };
}
