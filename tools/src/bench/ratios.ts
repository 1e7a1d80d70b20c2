import type { Figures } from './measure/figures.js';

export interface Ratio {
  label: string;
  /** Skein's messages a second at the provider, as a multiple of the other's. */
  confirmed: number;
  /** The same with Skein's last status in the database, the strictest reading of "end to end". */
  complete: number | null;
  /** CPU a message over the other's: the figure that other work on the machine disturbs least. */
  cpu: number;
}

/** Each Skein run over each other contestant's run with the same batch size. */
export function ratiosOf(all: readonly Figures[]): Ratio[] {
  const ours = all.filter(({ contestant }) => contestant === 'skein');
  const others = all.filter(({ contestant }) => contestant !== 'skein');
  return ours.flatMap((our) =>
    others.filter(({ batch }) => batch === our.batch).map((other) => ratio(our, other)),
  );
}

function ratio(our: Figures, other: Figures): Ratio {
  const { completePerSecond } = our;
  return {
    label: `Skein / ${other.contestant}, batch ${our.batch}, ${our.variant}`,
    confirmed: our.confirmedPerSecond / other.confirmedPerSecond,
    complete: completePerSecond === null ? null : completePerSecond / other.confirmedPerSecond,
    cpu: cpuOf(our) / cpuOf(other),
  };
}

function cpuOf({ cpuPerThousand }: Figures): number {
  return Object.values(cpuPerThousand).reduce((sum, seconds) => sum + seconds, 0);
}
