import type { Names } from './names.js';
import { withImport, withItem } from './source-edits.js';

/** One place that lists the kinds. */
interface Registration {
  path: string;
  edit: (source: string, names: Names) => string;
}

/** A property of an object: `name` alone where the key is spelled like the constant. */
const property = ({ kind, name }: Names): string => (kind === name ? name : `'${kind}': ${name}`);

/** Every place that must know a kind besides its own files. */
export const REGISTRATIONS: readonly Registration[] = [
  {
    path: 'libs/contracts/src/kinds.ts',
    edit: (source, { kind }) => withItem(source, 'CHANNEL_KINDS = [', `'${kind}'`),
  },
  {
    path: 'libs/contracts/src/capabilities/index.ts',
    edit: (source, names) => {
      const imported = withImport(source, `import { ${names.name} } from './${names.kind}.js';`);
      const exported = withItem(imported, '\nexport {', names.name);
      return withItem(exported, 'Partial<Record<ChannelKind, Capabilities>> = {', property(names));
    },
  },
  {
    path: 'libs/rendering/src/agent/output-rule.ts',
    edit: (source, { kind, Title }) =>
      withItem(source, 'NAMES: Record<ChannelKind, string> = {', `'${kind}': '${Title}'`),
  },
  {
    path: 'apps/chat-platforms/src/service.ts',
    edit: (source, { kind, name }) =>
      withItem(
        withImport(source, `import { ${name} } from './channels/${kind}/index.js';`),
        'defineChannelService([',
        name,
      ),
  },
  {
    path: 'apps/sandbox/src/kinds.ts',
    edit: (source, { kind, Name }) =>
      withItem(
        withImport(source, `import { open${Name} } from './${kind}/index.js';`),
        'KINDS: readonly OpenKind[] = [',
        `open${Name}`,
      ),
  },
  {
    path: 'tools/src/seed/channels.ts',
    edit: (source, { kind, name }) =>
      withItem(
        withImport(source, `import { ${name} } from './channels/${kind}.js';`),
        '=> SeedChannel)[] = [',
        name,
      ),
  },
];
