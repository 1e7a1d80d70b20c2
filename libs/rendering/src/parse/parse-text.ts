import type { Component, ListItem, Loss } from '@skein/contracts';
import { LossList } from '../plan/loss-list.js';
import { clean } from '../text/clean.js';
import { BLOCKS } from './blocks.js';
import { segmentsOf } from './segments.js';
import type { Segment } from './segments.js';

export interface ParsedText {
  components: Component[];
  losses: Loss[];
}

type Piece = { components: Component[] } | { literal: string };

/**
 * Reads the `:::` blocks of a message text. Text between blocks is kept in order, without the blank lines around it.
 * An unknown or malformed block stays in the text as it is written and is reported as a `literal` loss; there is no error.
 */
export function parseText(text: string): ParsedText {
  const losses = new LossList();
  const components: Component[] = [];
  let literal: string[] = [];
  const endLiteral = (): void => {
    const joined = trimLines(literal.join('\n'));
    if (joined !== '') components.push({ type: 'text', text: joined });
    literal = [];
  };
  for (const segment of segmentsOf(clean(text))) {
    const piece = read(segment, losses);
    if ('literal' in piece) {
      literal.push(piece.literal);
      continue;
    }
    endLiteral();
    for (const component of piece.components) append(components, component);
  }
  endLiteral();
  return { components: components.map(withOwnIds), losses: losses.all() };
}

function read(segment: Segment, losses: LossList): Piece {
  if (segment.type === 'prose') return { literal: segment.source };
  if (segment.type === 'block') {
    const reader = BLOCKS.get(segment.name);
    const components = reader?.(segment.body);
    if (components) return { components };
    losses.add(segment.name, 'literal', reader ? 'block is malformed' : 'block is unknown');
    return { literal: segment.source };
  }
  losses.add(segment.name, 'literal', segment.detail);
  return { literal: segment.source };
}

/** Adjacent list items of one layout are one list. */
function append(components: Component[], next: Component): void {
  const last = components.at(-1);
  if (next.type === 'list' && last?.type === 'list' && last.layout === next.layout)
    last.items.push(...next.items);
  else components.push(next);
}

/** A list item's id is its title; a repeated title gets a number, so that a choice names one item. */
function withOwnIds(component: Component): Component {
  if (component.type !== 'list') return component;
  const seen = new Map<string, number>();
  const items = component.items.map((item): ListItem => {
    const count = (seen.get(item.id) ?? 0) + 1;
    seen.set(item.id, count);
    return count === 1 ? item : { ...item, id: `${item.id} ${count}` };
  });
  return { ...component, items };
}

/** Drops blank lines at both ends; indentation and inner blank lines stay. */
function trimLines(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? '' : lines.slice(first, last + 1).join('\n');
}
