import type { Fault } from '../core/faults.js';
import type { Fields } from '../core/fields.js';
import type { SandboxKind, World } from '../core/kind.js';
import { invalid, notFound } from '../core/refusal.js';
import { sendBytes } from '../http/messages.js';
import type { ControlAnswer, ControlCall, Route } from '../http/router.js';
import { renderPage } from '../page/page.js';
import { sendFixture } from './send-fixture.js';

export interface Control {
  world: World;
  kinds: ReadonlyMap<string, SandboxKind>;
  /** Moves every clock there is, this sandbox's last. */
  advance(seconds: number): Promise<void>;
}

const TEN_YEARS_IN_SECONDS = 10 * 365 * 24 * 60 * 60;

/** The control surface: what tests and people use to play the other side. */
export function controlRoutes(control: Control): Route[] {
  const { world, kinds } = control;
  const kindOf = (name: string | undefined): SandboxKind => {
    const kind = kinds.get(name ?? '');
    if (!kind)
      throw notFound(
        `The sandbox has no kind ${JSON.stringify(name)}; it has ${[...kinds.keys()].join(', ')}.`,
      );
    return kind;
  };
  return [
    { method: 'GET', pattern: '', run: ({ query, response }) => showPage(control, query, response) },
    { method: 'GET', pattern: 'health', run: () => ({ body: healthOf(control) }) },
    { method: 'GET', pattern: 'people', run: () => ({ body: listPeople(kinds) }) },
    {
      method: 'GET',
      pattern: 'people/:kind/:address/inbox',
      run: ({ params }) => inbox(kindOf(params['kind']), params),
    },
    {
      method: 'POST',
      pattern: 'people/:kind/:address/messages',
      run: (call) => write(kindOf(call.params['kind']), call),
    },
    {
      method: 'POST',
      pattern: 'people/:kind/:address/read',
      run: (call) => read(kindOf(call.params['kind']), call),
    },
    { method: 'GET', pattern: 'faults', run: () => ({ body: world.faults.list() }) },
    {
      method: 'POST',
      pattern: 'faults',
      run: async ({ fields }) => ({ status: 201, body: addFault(control, await fields()) }),
    },
    {
      method: 'GET',
      pattern: 'journal',
      run: ({ query }) => ({ body: world.journal.list(query.get('kind'), query.get('since')) }),
    },
    {
      method: 'POST',
      pattern: 'clock',
      run: async ({ fields }) => ({ body: await moveClock(control, await fields()) }),
    },
    {
      method: 'GET',
      pattern: 'accounts',
      run: () => ({ body: [...kinds.values()].flatMap((kind) => kind.accounts()) }),
    },
    { method: 'POST', pattern: 'accounts', run: async ({ fields }) => register(kindOf, await fields()) },
    {
      method: 'GET',
      pattern: 'files/:name',
      run: ({ params, response }) => sendFixture(world, params['name'] ?? '', response),
    },
    { method: 'GET', pattern: 'blobs/:sha256', run: (call) => sendBlob(world, call) },
    { method: 'POST', pattern: 'reset', run: () => ({ body: reset(control) }) },
  ];
}

function inbox(kind: SandboxKind, params: Record<string, string>): ControlAnswer {
  return { body: kind.inbox(params['address'] ?? '') };
}

async function write(kind: SandboxKind, { params, fields }: ControlCall): Promise<ControlAnswer> {
  return { status: 201, body: await kind.write(params['address'] ?? '', await fields()) };
}

async function read(kind: SandboxKind, { params, fields }: ControlCall): Promise<ControlAnswer> {
  return { body: { read: kind.read(params['address'] ?? '', await fields()) } };
}

async function register(kindOf: (name: string) => SandboxKind, fields: Fields): Promise<ControlAnswer> {
  return { status: 201, body: await kindOf(fields.text('kind')).register(fields) };
}

function addFault({ world, kinds }: Control, fields: Fields): Fault {
  const kind = kinds.get(fields.text('kind'));
  if (!kind) throw invalid('kind', `must be one of ${[...kinds.keys()].join(', ')}`);
  return world.faults.add(fields, kind.faults);
}

async function moveClock(control: Control, fields: Fields): Promise<unknown> {
  const seconds = fields.number('advanceSeconds', 0);
  if (typeof seconds !== 'number') throw invalid('advanceSeconds', 'is required');
  if (seconds > TEN_YEARS_IN_SECONDS) throw invalid('advanceSeconds', 'must be at most ten years');
  await control.advance(Math.round(seconds));
  const { clock } = control.world;
  return { now: clock.stamp(), offsetSeconds: clock.offsetSeconds };
}

function listPeople(kinds: ReadonlyMap<string, SandboxKind>): unknown[] {
  return [...kinds.values()].flatMap((kind) =>
    kind.people().map((person) => ({ kind: kind.kind, ...person })),
  );
}

function healthOf({ kinds }: Control): unknown {
  const addresses = [...kinds.values()].map((kind) => kind.addresses?.() ?? {});
  return { ready: true, kinds: [...kinds.keys()], ...Object.assign({}, ...addresses) };
}

function sendBlob(world: World, { params, query, response }: ControlCall): ControlAnswer {
  const bytes = world.blobs.get(params['sha256'] ?? '');
  if (!bytes) throw notFound('There are no such bytes.');
  sendBytes(response, bytes, query.get('type') ?? 'application/octet-stream');
  return undefined;
}

function reset({ world, kinds }: Control): unknown {
  world.journal.clear();
  world.faults.clear();
  for (const kind of kinds.values()) kind.reset();
  world.changed();
  return { reset: true };
}

function showPage(
  { kinds }: Control,
  query: URLSearchParams,
  response: ControlCall['response'],
): ControlAnswer {
  const page = Buffer.from(renderPage([...kinds.values()], query.get('kind'), query.get('address')));
  sendBytes(response, page, 'text/html; charset=utf-8');
  return undefined;
}
