import type { GuardedClient } from '@skein/channel-kit';
import { createTransport } from 'nodemailer';
import type { EmailConfig, SmtpConfig } from './config.js';

/** How far a mail came; filled while it is sent. */
export interface Progress {
  /** The whole mail was handed to an open DATA command: from here on the server may have taken it. */
  handedOver: boolean;
}

type Transport = ReturnType<typeof poolFor>;

const pools = new Map<string, { settings: string; http: GuardedClient; transport: Transport }>();

/** The pooled connections of a channel. Changed settings replace them; mails under way end on the old ones. */
export function transportOf(channelId: string, { smtp }: EmailConfig, http: GuardedClient): Transport {
  const settings = JSON.stringify([
    smtp.host,
    smtp.port,
    smtp.secure,
    smtp.user,
    smtp.password,
    smtp.requireTls,
  ]);
  const known = pools.get(channelId);
  if (known?.settings === settings && known.http === http) return known.transport;
  known?.transport.close();
  const transport = poolFor(smtp, http);
  pools.set(channelId, { settings, http, transport });
  return transport;
}

/** Ends every connection. */
export function closeTransports(): void {
  for (const { transport } of pools.values()) transport.close();
  pools.clear();
}

/** Idle connections close by themselves after half a minute. */
const IDLE_MS = 30_000;
const CONNECT_MS = 3_000;

/** A workspace names the server, so its address is guarded like any other; TLS still checks the certificate against `host`. */
function poolFor({ host, port, secure, user, password, requireTls }: SmtpConfig, http: GuardedClient) {
  const transport = createTransport({
    pool: true,
    maxConnections: 5,
    maxMessages: 100,
    host,
    port,
    secure,
    requireTLS: requireTls ?? (!secure && port === 587),
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    getSocket: (_: object, done: (error: Error | null, socket: object) => void) => {
      http.connect(host, port, CONNECT_MS).then(
        (connection) => done(null, { connection }),
        (error: Error) => done(error, {}),
      );
    },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: 3_000,
    socketTimeout: IDLE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Errors of the library do not say whether the mail had been written; the end of the mail's own stream does.
  transport.use('stream', ({ data, message }, next) => {
    const { progress } = data as { progress?: Progress };
    const open = message.createReadStream.bind(message);
    message.createReadStream = (options) =>
      open(options).once('end', () => {
        if (progress !== undefined) progress.handedOver = true;
      });
    next();
  });
  return transport;
}
