import type { Command } from 'commander';
import { Client } from './client.js';
import { misused } from './cli-error.js';
import { findConnection } from './connection.js';
import { screenOf, type Screen } from './screen.js';

/** One call of a command. */
export interface Run {
  client: Client;
  screen: Screen;
  args: string[];
  options: Options;
}

export type Options = Record<string, string | boolean | string[] | undefined>;

/** What commander calls for a command: finds the connection and hands over to the handler. */
export function action(handler: (run: Run) => Promise<void>): (...all: unknown[]) => Promise<void> {
  return async (...all) => {
    const command = all.at(-1) as Command;
    const options: Options = command.optsWithGlobals();
    const flags = { url: text(options, 'url'), key: text(options, 'key') };
    const args = (command.processedArgs as unknown[]).flat().filter((arg) => typeof arg === 'string');
    await handler({
      client: new Client(findConnection(flags)),
      screen: screenOf(options['json'] === true),
      args,
      options,
    });
  };
}

/** The text of an option, if it was given. */
export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The number of an option, if it was given. @throws usage when it is not one */
export function number(options: Options, name: string): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  return /^\d{1,12}$/.test(value) ? Number(value) : misused(`--${dashed(name)} must be a whole number.`);
}

/** The values of an option that may be repeated. */
export function several(options: Options, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value : [];
}

/** A query string of what was given; empty when nothing was. */
export function queryOf(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return query === '' ? '' : `?${query}`;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
