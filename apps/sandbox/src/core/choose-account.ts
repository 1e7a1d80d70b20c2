import { notFound, Refusal } from './refusal.js';

interface Registered {
  config: { channelId: string };
}

/**
 * The account a person writes to: the one of `channelId`, else the only one that has talked with them (`met`), else the only
 * one of the kind. Several → 400 `ambiguous_channel` that lists them.
 */
export function chooseAccount<A extends Registered>(
  all: readonly A[],
  met: ReadonlySet<string>,
  channelId: string | undefined,
): A {
  if (channelId !== undefined) {
    const named = all.find(({ config }) => config.channelId === channelId);
    if (!named) throw notFound(`No account of this kind is registered for channel ${channelId}.`);
    return named;
  }
  const familiar = all.filter(({ config }) => met.has(config.channelId));
  const matching = familiar.length > 0 ? familiar : all;
  const [only] = matching;
  if (!only) throw notFound('No account of this kind is registered.');
  if (matching.length === 1) return only;
  const channelIds = matching.map(({ config }) => config.channelId);
  throw new Refusal(400, 'ambiguous_channel', 'Several channels match; give channelId.', { channelIds });
}
