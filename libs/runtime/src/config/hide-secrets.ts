import { inspect } from 'node:util';
import { redactText } from '../logging/redact.js';
import { fieldsOf, secretsOf } from './from-env.js';
import { settingOf, type Secrecy } from './settings.js';

/** Makes an object print without its secrets: by JSON, by a logger and by `util.inspect`. Its values stay usable. */
export function hideSecrets<T extends object>(config: T): T {
  const shown = () => printable(config);
  Object.defineProperty(config, 'toJSON', { value: shown, enumerable: false });
  Object.defineProperty(config, inspect.custom, { value: shown, enumerable: false });
  return config;
}

/** A copy for printing: secrets are `***`, addresses lose their password. */
export function printable(config: object): Record<string, unknown> {
  const secrecy = secrecyOf(config);
  return Object.fromEntries(
    Object.entries(config).map(([property, value]) => [
      property,
      show(value, secrecy.get(property) ?? 'open'),
    ]),
  );
}

function secrecyOf(config: object): Map<string, Secrecy> {
  const fromTable = fieldsOf(config).map(
    (field) => [field.property, settingOf(field.name).secrecy ?? 'open'] as const,
  );
  return new Map([
    ...fromTable,
    ...secretsOf(config).map((property) => [property, 'secret' as const] as const),
  ]);
}

function show(value: unknown, secrecy: Secrecy): unknown {
  if (secrecy === 'open' || value === undefined || value === null || value === '') return value;
  return secrecy === 'address' && typeof value === 'string' ? redactText(value) : '***';
}
