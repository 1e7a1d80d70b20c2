import {
  isChannelKind,
  refuse,
  resolveTarget,
  targetNameError,
  type ChannelKind,
  type FieldError,
  type TargetName,
} from '@skein/contracts';
import { refuseFields } from '../http/query.js';
import type { TargetChangeDto } from './target.dto.js';

/** Names that one workspace can have: every send reads them. */
const MAX_NAMES = 1000;

const PLATFORMS: Record<ChannelKind, string> = {
  whatsapp: 'WhatsApp',
  sms: 'SMS',
  email: 'E-mail',
  'web-chat': 'Web chat',
  telegram: 'Telegram',
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Microsoft Teams',
  instagram: 'Instagram',
  messenger: 'Messenger',
  api: 'API',
};

/**
 * Makes a name of what was asked for, beside the names there are.
 *
 * @throws `invalid_request`: the name is odd, leads nowhere or back to itself, or a home is not on its platform.
 */
export function makeTarget(name: string, dto: TargetChangeDto, names: readonly TargetName[]): TargetName {
  const kind = isChannelKind(name) ? 'home' : 'alias';
  const odd = [...nameErrors(name), ...kindErrors(kind, dto)];
  if (odd.length > 0) return refuseFields(odd);
  const made: TargetName = { name, kind, target: dto.target, label: dto.label ?? labelOf(name) };
  const others = names.filter((other) => other.name !== name);
  if (others.length >= MAX_NAMES)
    return refuse('invalid_request', `A workspace has at most ${MAX_NAMES} targets.`);
  const found = resolveTarget(name, [...others, made]);
  if ('reason' in found) return noTarget(dto.target, found.reason, others);
  const isElsewhere = kind === 'home' && found.target.kind !== name;
  return isElsewhere ? refuseFields([{ field: 'target', reason: `is not on ${name}` }]) : made;
}

function nameErrors(name: string): FieldError[] {
  const reason = targetNameError(name);
  return reason === undefined ? [] : [{ field: 'name', reason }];
}

function kindErrors(kind: TargetName['kind'], dto: TargetChangeDto): FieldError[] {
  if (dto.kind === undefined || dto.kind === kind) return [];
  const reason =
    kind === 'home' ? 'must be home: the name is a platform' : 'must be alias: the name is no platform';
  return [{ field: 'kind', reason }];
}

function noTarget(target: string, reason: string, names: readonly TargetName[]): never {
  const errors = [{ field: 'target', reason }];
  return refuse('invalid_request', `target "${target}" ${reason}.`, {
    errors,
    choices: names.map(({ name }) => name),
  });
}

/** `slack:#ops` is shown as `#ops`. */
function labelOf(name: string): string {
  if (isChannelKind(name)) return PLATFORMS[name];
  const [platform = '', ...rest] = name.split(':');
  return isChannelKind(platform) && rest.length > 0 ? rest.join(':') || name : name;
}
