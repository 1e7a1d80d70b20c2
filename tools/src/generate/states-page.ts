import {
  DECISIVE,
  DELIVERED,
  eventOfStatus,
  LANE_BLOCKING,
  MESSAGE_STATUSES,
  TRANSITIONS,
} from '@skein/contracts';
import { code, codes, heading, table } from './table.js';

/** The page of message statuses and of who may change them. */
export function statesPage(): string {
  const statuses = MESSAGE_STATUSES.map((status) => [
    code(status),
    DECISIVE.has(status) ? 'yes' : '',
    DELIVERED.has(status) ? 'yes' : '',
    code(eventOfStatus(status)),
  ]);
  const moves = TRANSITIONS.map(({ from, to, by }) => [codes(from), code(to), by]);
  return [
    heading(
      'Statuses of a message',
      'One vocabulary on every surface. Inbound messages are stored as `delivered` and do not change.',
    ),
    table(['Status', 'Answers a waiting caller', 'The platform took it', 'Event'], statuses),
    '\n## Who may change it\n',
    'Each row is performed by exactly one service, as one conditional `UPDATE`.\n',
    table(['From', 'To', 'By'], moves),
    '\n## Provider calls\n',
    `A message is up to ten provider calls, each with a state of its own; the status above is their fold. Calls in ${codes(LANE_BLOCKING)} keep later calls to the same address waiting; \`sent\`, \`failed\`, \`blocked\`, \`expired\`, \`canceled\`, \`returned\` and \`unknown\` do not.\n`,
  ].join('\n');
}
