import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { discordError } from './errors.js';

/** Everything that is wrong with a body, as the platform's tree: fields down to a list of reasons in `_errors`. */
export class FormErrors {
  private readonly tree: JsonObject = {};
  private isEmpty = true;

  /** @param path such as `components.0.components.1.label`. */
  add(path: string, code: string, message: string): void {
    this.isEmpty = false;
    let node = this.tree;
    for (const step of path.split('.')) node = (node[step] ??= {}) as JsonObject;
    ((node['_errors'] ??= []) as JsonObject[]).push({ code, message });
  }

  /** Adds what every field with a length has. Characters are code points. */
  length(path: string, value: unknown, least: number, most: number): void {
    if (typeof value !== 'string') {
      if (value === undefined && least === 0) return;
      return value === undefined
        ? this.add(path, 'BASE_TYPE_REQUIRED', 'This field is required')
        : this.add(path, 'STRING_TYPE_CONVERT', 'Could not interpret value as string.');
    }
    const size = [...value].length;
    if (size >= least && size <= most) return;
    const message =
      least === 0 ? `Must be ${most} or fewer in length.` : `Must be between ${least} and ${most} in length.`;
    this.add(path, least === 0 ? 'BASE_TYPE_MAX_LENGTH' : 'BASE_TYPE_BAD_LENGTH', message);
  }

  /** Adds what every list has. */
  count(path: string, value: unknown, least: number, most: number): unknown[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.add(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
      return [];
    }
    if (value.length < least || value.length > most)
      this.add(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${least} and ${most} in length.`);
    return value as unknown[];
  }

  answer(): ProviderAnswer | undefined {
    return this.isEmpty ? undefined : discordError(50035, { errors: this.tree });
  }
}
