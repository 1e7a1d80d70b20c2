import { numberOf, objectOf, parsed, textOf } from '@skein/contracts';
import type { ProviderAnswer } from '@skein/channel-kit';
import type { Failure, RejectionReason } from '@skein/contracts';

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'channel' | 'lane' }
  | { kind: 'unavailable' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });
const unavailable: Row = { kind: 'unavailable' };
const misconfigured: Row = { kind: 'misconfigured' };
const slowLane: Row = { kind: 'throttled', scope: 'lane' };
const slowChannel: Row = { kind: 'throttled', scope: 'channel' };

/** What the application sends is refused by the edge for its address, not for this message; trying on makes it longer. */
const BLOCKED_MS = 600_000;

/** JSON error codes (docs.discord.com, opcodes and status codes, 21 November 2026). */
const CLASSES: readonly [Row, readonly number[]][] = [
  // Direct messages closed, the bot blocked, or no server shared any more: the person's own wish, or as good as one.
  [rejected('opted_out'), [50007, 50278]],
  // Unknown channel, server, user; banned; no access; archived or locked thread; no text channel.
  [rejected('invalid_address'), [10003, 10004, 10013, 40007, 40058, 50001, 50008, 50024, 50083, 160005]],
  // Unknown message, no permission, form body, empty message, another author's message, unknown emoji, blocked reaction.
  [
    rejected('provider_rejected'),
    [10008, 10014, 50003, 50005, 50006, 50013, 50021, 50035, 50046, 50109, 50146, 30010, 30015, 30046, 90001],
  ],
  [rejected('payload_too_large'), [40005]],
  [rejected('media_too_large'), [50045]],
  // AutoMod, explicit content, a harmful link, a reply without the history.
  [rejected('policy'), [20009, 160002, 200000, 200001, 240000]],
  // Slow mode, the rates of a channel and a server, a resource.
  [slowLane, [20016, 20028, 20029, 40062]],
  [slowChannel, [40003]],
  [unavailable, [40004, 40006, 130000]],
  [misconfigured, [40001, 40002, 50014, 50041]],
  [{ kind: 'unavailable' }, [40333]],
];

const BY_CODE: ReadonlyMap<number, Row> = new Map(
  CLASSES.flatMap(([row, codes]) => codes.map((code) => [code, row] as const)),
);

const BY_STATUS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [401, misconfigured],
  [413, rejected('payload_too_large')],
]);

/** What a refused request means. A code decides before the HTTP status; after a 5xx another try is harmless, for its nonce is the same. */
export function failureOf(answer: ProviderAnswer): Failure {
  const body = objectOf(parsed(answer.body));
  const said = { detail: detailOf(body, answer.status), ...codeOf(body) };
  if (answer.status === 429) return { ...throttled(answer, body), ...said };
  const row =
    BY_CODE.get(numberOf(body?.['code'])) ??
    (answer.status >= 500 ? unavailable : BY_STATUS.get(answer.status));
  const wait = retryAfterOf(answer, body);
  const failure = { ...(row ?? rejected('provider_rejected')), ...said };
  return wait !== undefined && (failure.kind === 'throttled' || failure.kind === 'unavailable')
    ? { ...failure, retryAfterMs: wait }
    : failure;
}

/** Per route and channel, or over everything the bot does; an answer that is no JSON comes from the edge and concerns the whole host. */
function throttled(answer: ProviderAnswer, body: Record<string, unknown> | undefined) {
  const isWide =
    body === undefined || body['global'] === true || answer.headers['x-ratelimit-scope'] === 'global';
  const wait = retryAfterOf(answer, body) ?? (body === undefined ? BLOCKED_MS : undefined);
  return {
    kind: 'throttled',
    scope: isWide ? 'channel' : 'lane',
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  } as const;
}

/** `retry_after` is exact, in seconds; the header is rounded up. */
function retryAfterOf(
  { retryAfterMs }: ProviderAnswer,
  body: Record<string, unknown> | undefined,
): number | undefined {
  const seconds = body?.['retry_after'];
  return typeof seconds === 'number' && seconds >= 0 ? Math.ceil(seconds * 1000) : retryAfterMs;
}

function codeOf(body: Record<string, unknown> | undefined): { providerCode?: string } {
  const code = body?.['code'];
  return typeof code === 'number' && code !== 0 ? { providerCode: String(code) } : {};
}

function detailOf(body: Record<string, unknown> | undefined, status: number): string {
  const message = textOf(body?.['message']) ?? `Discord answered ${status}.`;
  const leaves = leavesOf(body?.['errors']);
  return (leaves.length === 0 ? message : `${message}: ${leaves.join('; ')}`).slice(0, 500);
}

/** The sentences of a form error: a tree by field, whose leaves are lists in `_errors` (API reference, error messages). */
function leavesOf(tree: unknown, path = '', depth = 0): string[] {
  const node = objectOf(tree);
  if (node === undefined || depth > 8) return [];
  return Object.entries(node)
    .slice(0, 20)
    .flatMap(([name, value]) => {
      if (name !== '_errors' || !Array.isArray(value))
        return leavesOf(value, path === '' ? name : `${path}.${name}`, depth + 1);
      return (value as unknown[]).map((each) => `${path}: ${textOf(objectOf(each)?.['message']) ?? 'wrong'}`);
    });
}
