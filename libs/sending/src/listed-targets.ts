import { resolveTarget, type TargetName } from '@skein/contracts';
import type { ListedTarget } from '@skein/send-tool';

/** What the send tool can be told, of the names that lead anywhere. */
export function listedTargets(names: readonly TargetName[]): ListedTarget[] {
  return names.flatMap(({ name, kind, label }) => {
    const found = resolveTarget(name, names);
    return 'target' in found ? [{ target: name, platform: found.target.kind, kind, label }] : [];
  });
}
