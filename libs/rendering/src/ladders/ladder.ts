import type { Component } from '@skein/contracts';
import type { Draft } from '../plan/draft.js';

export type ComponentOf<T extends Component['type']> = Extract<Component, { type: T }>;

/** One way to show a component; false when it does not fit the platform, and then nothing has been written. */
export type Rung<T extends Component['type']> = (component: ComponentOf<T>, draft: Draft) => boolean;

/** Ways to show a component, best first. The last one always fits. */
export type Ladder<T extends Component['type']> = readonly Rung<T>[];
