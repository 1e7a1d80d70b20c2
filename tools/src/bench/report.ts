import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Figures } from './measure/figures.js';
import { ratiosOf } from './ratios.js';

const COLUMNS: [title: string, cell: (figures: Figures) => string][] = [
  ['contestant', (f) => f.contestant],
  ['variant', (f) => f.variant],
  ['batch', (f) => String(f.batch)],
  ['conn', (f) => String(f.connections)],
  ['accepted/s', (f) => whole(f.acceptedPerSecond)],
  ['provider/s', (f) => whole(f.confirmedPerSecond)],
  ['complete/s', (f) => whole(f.completePerSecond)],
  ['statuses/s', (f) => whole(f.statusesPerSecond)],
  ['accept p50/p99 ms', (f) => `${whole(f.acceptMs.p50)} / ${whole(f.acceptMs.p99)}`],
  ['to provider p50/p99 ms', (f) => `${whole(f.toProviderMs.p50)} / ${whole(f.toProviderMs.p99)}`],
  ['doubled', (f) => String(f.duplicates)],
  ['refused', (f) => String(f.refusedCalls)],
];

/** Prints every run as a row, the CPU of each process, and the ratios. */
export function printReport(all: readonly Figures[]): void {
  printTable([
    COLUMNS.map(([title]) => title),
    ...all.map((figures) => COLUMNS.map(([, cell]) => cell(figures))),
  ]);
  console.log('\nCPU seconds per thousand messages (the load generator not counted)');
  for (const figures of all)
    console.log(`  ${labelOf(figures).padEnd(44)} ${cpuLine(figures.cpuPerThousand)}`);
  console.log('\nRatios: provider-confirmed a second · with every status in the database · CPU a message');
  for (const { label, confirmed, complete, cpu } of ratiosOf(all))
    console.log(`  ${label.padEnd(44)} ${times(confirmed)} · ${times(complete)} · ${times(cpu)}`);
}

/** Writes the figures, the ratios and what they were measured on. Returns the path. */
export function writeReport(file: string, all: readonly Figures[]): string {
  const path = resolve(file);
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    memory: totalmem(),
    platform: platform(),
    arch: arch(),
  };
  const report = {
    at: new Date().toISOString(),
    node: process.version,
    machine,
    figures: all,
    ratios: ratiosOf(all),
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

function labelOf({ contestant, variant, batch }: Figures): string {
  return `${contestant}, ${variant}, batch ${batch}`;
}

function cpuLine(cpu: Record<string, number>): string {
  const sorted = Object.entries(cpu).sort(([, a], [, b]) => b - a);
  const total = sorted.reduce((sum, [, seconds]) => sum + seconds, 0);
  const shown = sorted.filter(([, seconds]) => seconds >= 0.005);
  return `${total.toFixed(2)} = ${shown.map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`).join(' + ')}`;
}

function times(ratio: number | null): string {
  return ratio === null ? '–' : `${ratio.toFixed(2)} ×`;
}

function whole(value: number | null): string {
  return value === null ? '–' : String(Math.round(value));
}

function printTable(rows: string[][]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(
      row
        .map((cell, column) =>
          column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    );
}
