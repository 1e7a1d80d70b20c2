import { validateSync, type ValidationError } from 'class-validator';
import { fieldsOf, type EnvField } from './from-env.js';
import { hideSecrets } from './hide-secrets.js';
import { settingOf, unknownSettings } from './settings.js';

/** Everything wrong with the settings, found in one pass. `problems` are one sentence each, without values of secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: string[]) {
    super(`the settings are not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * Reads a configuration class from an environment. Empty counts as unset. Printing the result (log, JSON, inspect)
 * shows secrets as `***`.
 *
 * @throws ConfigError that lists every bad value and every unknown `SKEIN_*` name.
 */
export function loadConfig<T extends object>(Class: new () => T, env: NodeJS.ProcessEnv = process.env): T {
  const config = new Class();
  const fields = fieldsOf(config);
  for (const field of fields) {
    const raw = env[field.name] || settingOf(field.name).default;
    if (raw !== undefined) Reflect.set(config, field.property, convert(raw, field.type));
  }
  const problems = [
    ...validateSync(config, { forbidUnknownValues: false }).flatMap((error) => explain(error, fields)),
    ...unknownSettings(env).map((name) => `${name} is not a setting of this system`),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return hideSecrets(config);
}

const WORDS: Record<string, boolean> = {
  true: true,
  on: true,
  '1': true,
  false: false,
  off: false,
  '0': false,
};

/** From text to the declared type; what does not convert stays text, so that validation names it. */
function convert(raw: string, type: unknown): unknown {
  if (type === Number) return /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw;
  if (type === Boolean) return WORDS[raw.toLowerCase()] ?? raw;
  if (type !== Array) return raw;
  return raw
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function explain(error: ValidationError, fields: EnvField[]): string[] {
  const name = fields.find((field) => field.property === error.property)?.name ?? error.property;
  const reasons = Object.values(error.constraints ?? { invalid: `${error.property} is not valid` });
  return reasons.map((reason) => `${name}: ${reason}`);
}
