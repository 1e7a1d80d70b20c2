import { GuardedClient } from '@skein/channel-kit';
import type { ChannelAccount, ChannelDefinition, ProviderReceipt, VerifyContext } from '@skein/channel-kit';
import type { Failure, InboundType, Part, RawRequest, RejectionReason } from '@skein/contracts';
import { planParts } from '@skein/rendering';
import { hideSecrets } from '@skein/runtime';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { inspect } from 'node:util';
import { anyContent } from './any-content.js';

/** The functions of the test runner, handed in so that this library does not depend on one. */
export interface Runner {
  describe: (name: string, body: () => void) => unknown;
  it: (name: string, body: () => Promise<void> | void) => unknown;
}

/** What the contract needs to know of one channel kind. */
export interface ContractFixtures<Config extends object> {
  /** The folder of the kind's sources, as a URL that ends in a slash. */
  folder: URL;
  config: Config;
  /** Every secret in it, as it must never be printed. */
  secrets: string[];
  /** Kinds with webhooks. */
  webhook?: {
    /** A request as the provider would make it, signed with the secret of `config`. */
    signed(body: Buffer, config: Config): RawRequest;
    /** What the check needs and the suite cannot know, such as a client that reaches the provider's keys. */
    context?: Partial<VerifyContext>;
    /** Names of the headers that carry the signature, in lower case. */
    signatureHeaders: string[];
    /** False for providers that send a secret or a token, which says nothing about the body. */
    coversBody?: false;
    /** Bodies of the provider and the types of event that must come out, in order. */
    events: { name: string; body: unknown; types: InboundType[] }[];
  };
  /** The provider's payload of a part, as the channel encodes it; undefined for a part that the kind never gets. */
  encode?: (part: Part) => unknown;
  /** Faults of the provider, each brought about and answered by the channel's own `send`. */
  faults?: {
    name: string;
    answer: () => Promise<ProviderReceipt | Failure>;
    expected: Failure['kind'];
    reason?: RejectionReason;
  }[];
}

/** Where the suite's webhooks are called: signatures that cover an address cover this one with the request's path and query. */
export const CONTRACT_URL = 'https://skein.test';

/** The rules that every channel kind keeps, run against one. */
export function channelContract<Config extends object>(
  runner: Runner,
  definition: ChannelDefinition<Config>,
  fixtures: ContractFixtures<Config>,
): void {
  runner.describe(`the contract of channels: ${definition.kind}`, () => {
    shape(runner, definition, fixtures);
    secretsStay(runner, definition, fixtures);
    encoding(runner, definition, fixtures);
    if (definition.webhook && fixtures.webhook) {
      signatures(runner, definition, fixtures);
      events(runner, definition, fixtures);
    }
    faults(runner, fixtures);
  });
}

/** Whatever rendering makes of a message for this kind, the channel can write down. */
function encoding<Config extends object>(
  { it }: Runner,
  { capabilities }: ChannelDefinition<Config>,
  { encode }: ContractFixtures<Config>,
): void {
  if (encode === undefined) return;
  it('P16: encodes every part that rendering makes, the same twice, with the ids of what can be pressed', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const plan = planParts(content, capabilities);
        if ('refusal' in plan) return;
        for (const part of plan.parts) {
          const written = JSON.stringify(encode(part)) as string | undefined;
          assert.ok(written !== undefined, `a part of type ${part.type} is not encoded`);
          assert.equal(JSON.stringify(encode(part)), written);
          for (const id of idsOf(part)) assert.ok(written.includes(id), `the id ${id} is lost`);
        }
      }),
    );
  });
}

function idsOf(part: Part): string[] {
  if (part.type === 'buttons') return part.buttons.map(({ id }) => id);
  if (part.type === 'list') return part.rows.map(({ id }) => id);
  return part.type === 'cards' ? part.cards.flatMap(({ buttons }) => buttons.map(({ id }) => id)) : [];
}

/** Every kind is laid out alike, so that whoever knows one knows all. */
function shape<Config extends object>(
  { it }: Runner,
  definition: ChannelDefinition<Config>,
  { folder, webhook }: ContractFixtures<Config>,
): void {
  it('has the files of every channel', () => {
    const names = ['config', 'encode', 'index', 'send', ...(definition.webhook ? ['webhook'] : [])];
    const missing = names.filter((name) => !existsSync(new URL(`${name}.ts`, folder)));
    assert.equal(missing.join(), '');
  });
  it('brings fixtures for its webhook', () => {
    assert.equal(webhook !== undefined, definition.webhook !== undefined);
  });
}

function secretsStay<Config extends object>(
  { it }: Runner,
  definition: ChannelDefinition<Config>,
  { config, secrets }: ContractFixtures<Config>,
): void {
  it('prints no secret of its account', () => {
    const account = accountOf(definition, config);
    const printed = JSON.stringify(account) + inspect(account, { depth: 10, showHidden: false });
    for (const secret of secrets)
      assert.ok(!printed.includes(secret), 'a secret is printed: mark it with @Secret()');
  });
  it('knows the account and its capabilities are of its kind', () => {
    assert.notEqual(definition.accountOf(config), '');
    assert.equal(definition.capabilities.kind, definition.kind);
  });
}

function signatures<Config extends object>(
  { it }: Runner,
  definition: ChannelDefinition<Config>,
  { config, webhook }: ContractFixtures<Config>,
): void {
  const hook = definition.webhook;
  if (!hook || !webhook) return;
  const body = Buffer.from(JSON.stringify(webhook.events[0]?.body ?? {}));
  const signed = () => webhook.signed(body, config);
  const withHeaders = (change: (value: string) => string | undefined): RawRequest => {
    const raw = signed();
    const headers = { ...raw.headers };
    for (const name of webhook.signatureHeaders) {
      const value = change(headers[name] ?? '');
      if (value === undefined) delete headers[name];
      else headers[name] = value;
    }
    return { ...raw, headers };
  };
  const changed = (): RawRequest[] =>
    [Buffer.concat([body, Buffer.from(' ')]), Buffer.alloc(0)].map((bytes) => ({ ...signed(), body: bytes }));
  const http = new GuardedClient();
  const contextOf = ({ path, search }: RawRequest): VerifyContext => ({
    url: `${CONTRACT_URL}${path}${search}`,
    now: new Date(),
    http,
    ...webhook.context,
  });
  const isGenuine = async (raw: RawRequest) => hook.verify(raw, config, contextOf(raw));
  it('R1: takes the right signature', async () => assert.equal(await isGenuine(signed()), true));
  it('R1: refuses a wrong, missing, empty, cut or foreign signature and a changed body', async () => {
    const wrong: RawRequest[] = [
      withHeaders(() => undefined),
      withHeaders(() => ''),
      withHeaders((value) => value.slice(0, -1)),
      withHeaders((value) => `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`),
      withHeaders((value) => `${value}, ${value}`),
      withHeaders(() => 'sha256='),
      withHeaders(() => 'é'),
      ...(webhook.coversBody === false ? [] : changed()),
    ];
    for (const [index, raw] of wrong.entries())
      assert.equal(await isGenuine(raw), false, `case ${index} was taken`);
  });
  it('R1: never throws on a forged request', async () => {
    const headers = fc.dictionary(fc.constantFrom(...webhook.signatureHeaders, 'content-type'), fc.string());
    await fc.assert(
      fc.asyncProperty(headers, fc.uint8Array({ maxLength: 200 }), async (some, bytes) => {
        assert.equal(await isGenuine({ ...signed(), headers: some, body: Buffer.from(bytes) }), false);
      }),
    );
  });
}

function events<Config extends object>(
  { it }: Runner,
  definition: ChannelDefinition<Config>,
  { config, webhook }: ContractFixtures<Config>,
): void {
  const hook = definition.webhook;
  if (!hook || !webhook) return;
  const parse = (
    body: unknown,
    account: { account: string; config: Config; query: Record<string, string> },
  ) => hook.parse(body, account);
  const account = { account: definition.accountOf(config), config, query: {} };
  for (const { name, body, types } of webhook.events) {
    it(`reads ${name}, the same twice`, () => {
      const first = parse(copyOf(body), account);
      assert.deepEqual(
        first.map(({ event }) => event.type),
        types,
      );
      const idsOf = (parsed: typeof first) => parsed.map(({ event }) => event.eventId);
      assert.deepEqual(idsOf(parse(copyOf(body), account)), idsOf(first));
      assert.equal(new Set(idsOf(first)).size, first.length, 'two events share an id');
      for (const { event } of first) assert.ok(event.eventId !== '' && !Number.isNaN(Date.parse(event.at)));
    });
  }
  it('never throws, whatever JSON comes', () => {
    const bodies = webhook.events.map((event) => event.body);
    fc.assert(fc.property(fc.jsonValue(), (body) => void parse(body, account)));
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...bodies), fc.jsonValue(), (at, body, junk) => {
        parse(damaged(copyOf(body), at, junk), account);
      }),
    );
    for (const body of bodies)
      for (let at = 0; at < placesIn(body).length; at += 1)
        for (const junk of HOSTILE) parse(damaged(copyOf(body), at, copyOf(junk)), account);
  });
}

/** Values that throw, or are something else, when they are made a number or a text. */
const HOSTILE: unknown[] = [
  { toString: {} },
  { valueOf: 1, toString: 1 },
  { length: 1e9 },
  [[{}]],
  '',
  'NaN',
  -1e308,
];

/** As it comes off the wire. */
function copyOf(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body)) as unknown;
}

/** Replaces one of the values inside a body. */
function damaged(body: unknown, at: number, junk: unknown): unknown {
  const places = placesIn(body);
  const place = places[at % Math.max(places.length, 1)];
  if (place) place[0][place[1]] = junk;
  return body;
}

/** Every value inside a body, by what holds it and under which key. */
function placesIn(body: unknown): [Record<string, unknown>, string][] {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      places.push([value as Record<string, unknown>, key]);
      walk(member);
    }
  };
  walk(body);
  return places;
}

function faults<Config extends object>(
  { it }: Runner,
  { faults: all = [], secrets }: ContractFixtures<Config>,
): void {
  for (const { name, answer, expected, reason } of all) {
    it(`tells "${name}" as ${reason ?? expected}`, async () => {
      const failure = await answer();
      assert.equal(failure.kind, expected);
      if (reason !== undefined) assert.equal((failure as { reason?: string }).reason, reason);
      const printed = JSON.stringify(failure);
      for (const secret of secrets) assert.ok(!printed.includes(secret), 'a failure tells a secret');
    });
  }
}

function accountOf<Config extends object>(
  definition: ChannelDefinition<Config>,
  config: Config,
): ChannelAccount<Config> {
  return {
    id: 'channel',
    workspaceId: 'workspace',
    kind: definition.kind,
    account: definition.accountOf(config),
    agentId: 'agent',
    name: 'Contract',
    status: 'active',
    settings: {},
    config: hideSecrets(config),
  };
}
