import { API_TOKEN, subjects } from '@skein/contracts';
import { workspaceDurable } from './workspace-durable.js';

/** A workspace's login at NATS. */
export interface WorkspaceUser {
  /** The workspace id, one subject token: `[A-Za-z0-9_-]{1,64}`. */
  id: string;
  user: string;
  password: string;
}

/** One thing a workspace reaches in the account of the services. */
interface Reach {
  kind: 'service' | 'stream';
  /** Its name in the account of the services. */
  subject: string;
  /** Its name in the account of the workspace where that differs; clients use `subject`, the server maps it. */
  local?: string;
  /** More than one answer to a request. */
  answers?: 'stream';
}

/**
 * Everything a workspace can reach, and nothing else exists for it: it lives in a NATS account of its own.
 *
 * Every account has `$JS.API.>` of its own, which would answer "JetStream not enabled", so the two API calls are
 * imported under other names and mapped; clients use the usual ones (tried with nats-server 2.14.0).
 */
function reachOf(ws: string): Reach[] {
  const durable = workspaceDurable(ws);
  return [
    { kind: 'stream', subject: subjects.status(ws, '*') },
    { kind: 'service', subject: subjects.send(ws, '*') },
    {
      kind: 'service',
      subject: `$JS.API.CONSUMER.INFO.EVENTS.${durable}`,
      local: 'skein.js.info',
    },
    {
      kind: 'service',
      subject: `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${durable}`,
      local: 'skein.js.next',
      answers: 'stream',
    },
    { kind: 'service', subject: `$JS.ACK.EVENTS.${durable}.>` },
  ];
}

/** What the services ask of a workspace: its agents' turns. */
const asked = (ws: string): string => subjects.agent(ws, '*');

/** The longest a backend may take is 300 s (`timeoutSeconds`); after that nobody waits for its answer. */
const ANSWER_WITHIN = '310s';

/** The name of a workspace's NATS account. */
export function accountName(ws: string): string {
  return `WS_${ws}`;
}

/** The entries that the account of the services exports for one workspace. */
export function exportsFor(ws: string): object[] {
  return reachOf(ws).map((reach) => ({
    [reach.kind]: reach.subject,
    accounts: [accountName(ws)],
    ...(reach.answers ? { response_type: reach.answers } : {}),
  }));
}

/** The entries that the account of the services imports from one workspace. */
export function importsFrom(ws: string): object[] {
  return [{ service: { account: accountName(ws), subject: asked(ws) } }];
}

/** The account of one workspace: its user, what the user may say and hear, and what it imports. */
export function workspaceAccount(workspace: WorkspaceUser, servicesAccount: string): object {
  const reach = reachOf(workspace.id);
  const heard = reach.filter((entry) => entry.kind === 'stream').map((entry) => entry.subject);
  const said = reach.filter((entry) => entry.kind === 'service');
  return {
    users: [
      {
        user: workspace.user,
        password: workspace.password,
        permissions: {
          publish: {
            // Permissions are checked on the name the client used and on the one it was mapped to.
            allow: said.flatMap((entry) => [entry.subject, ...(entry.local ? [entry.local] : [])]),
            // The api rings under this token; a caller's keys must not be able to look like it.
            deny: [subjects.send(workspace.id, API_TOKEN)],
          },
          subscribe: { allow: [...heard, asked(workspace.id), '_INBOX.>'] },
          // One answer to each question that was heard, and to nobody else.
          allow_responses: { max: 1, expires: ANSWER_WITHIN },
        },
      },
    ],
    mappings: Object.fromEntries(
      said.flatMap((entry) => (entry.local ? [[entry.subject, entry.local]] : [])),
    ),
    exports: [{ service: asked(workspace.id), accounts: [servicesAccount] }],
    imports: reach.map((entry) => ({
      [entry.kind]: { account: servicesAccount, subject: entry.subject },
      ...(entry.local ? { to: entry.local } : {}),
    })),
  };
}
