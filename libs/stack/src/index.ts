export type { ControlAnswer, ControlRequest, ReadyNotice } from './control.js';
export { writeDevFile, type DevFile } from './dev-file.js';
export { freePorts, isPortFree } from './free-port.js';
export { startNats, type NatsOptions } from './nats.js';
export { startPostgres, type PostgresOptions } from './postgres.js';
export { startServer, type Server, type ServerSpec } from './server-process.js';
export { setupError, type SetupError } from './setup-error.js';
