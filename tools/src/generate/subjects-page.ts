import { EVENT_TYPES, SUBJECTS, type SubjectName } from '@skein/contracts';
import { streamSpecs } from '@skein/messaging';
import { code, codes, heading, table } from './table.js';

/** What travels on a subject; one sentence each, so that a subject without one does not compile. */
const MEANING: Readonly<Record<SubjectName, string>> = {
  send: 'Sends: from the api the ids of accepted rows, from workspaces the message itself.',
  deliver: 'Ids of provider calls that a channel service should claim.',
  threads: 'Ids of settled calls and of committed inbound events.',
  turns: 'Ids of threads that have a turn waiting.',
  campaigns: 'Ids of bulk sends that have items waiting.',
  event: 'Facts, as arrays; read by workspaces through their own durable.',
  schedule: 'A wake-up call that JetStream keeps until its time.',
  due: 'A wake-up call that fired.',
  jobDue: 'A job that fired.',
  dead: 'What could not be processed, with its reason.',
  webhook: 'Question from the api to the channel service: a provider called, what is it answered?',
  typing: 'An answer is being written: the channel shows it to the person if it can.',
  agent: "Question to the agent's own service, which answers it: a turn, as an HTTP backend gets it.",
  check: 'Question from the api to the channel service: are these credentials valid, and whose are they?',
  plan: 'Question from the api to the router: what would become of this send?',
  status:
    'The status of one message as it changes, and the end of the turn that answers one, for whoever listens at that moment.',
  jobRuns: 'Runs of jobs wait for a worker.',
  webChat: 'Something happened in a web chat: whichever replica holds the connection shows it.',
};

interface Row {
  pattern: string;
  stream?: string;
  durable?: string;
}

/** The page of subjects, streams and event types. */
export function subjectsPage(): string {
  const subjects = (Object.entries(SUBJECTS) as [SubjectName, Row][]).map(([name, row]) => [
    code(row.pattern),
    row.stream ?? 'none: core NATS',
    code(row.durable),
    MEANING[name],
  ]);
  return [
    heading(
      'Subjects, streams and events',
      '`<…>` is one token. Wherever there is a workspace, it is the first token after the type of subject.',
    ),
    table(['Subject', 'Stream', 'Durable', 'What travels on it'], subjects),
    '\n## Streams\n',
    table(
      ['Stream', 'Subjects', 'Keeps', 'When full', 'Most bytes', 'Longest'],
      streamSpecs(1).map(streamRow),
    ),
    '\n## Types of events\n',
    `${codes(EVENT_TYPES)}\n`,
  ].join('\n');
}

type Spec = ReturnType<typeof streamSpecs>[number];

function streamRow(spec: Spec): string[] {
  const keeps = spec.retention === 'workqueue' ? 'until it is acknowledged' : 'as long as limits allow';
  const full = spec.discard === 'new' ? 'refuses new' : 'drops the oldest';
  return [spec.name, codes(spec.subjects ?? []), keeps, full, megabytes(spec.max_bytes), days(spec.max_age)];
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${bytes / 1024 / 1024} MB`;
}

/** JetStream gives ages in nanoseconds. */
function days(nanoseconds: number | undefined): string {
  return nanoseconds === undefined ? '' : `${nanoseconds / 1e9 / 86_400} days`;
}
