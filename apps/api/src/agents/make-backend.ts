import { randomBytes } from 'node:crypto';
import { refuse, type FieldError } from '@skein/contracts';
import { sealCredentials, type AgentBackend } from '@skein/persistence';
import { refuseFields } from '../http/query.js';
import type { BackendDto, BackendType } from './backend.dto.js';

/** A backend as it is stored, and the secret that is told once. */
export interface MadeBackend {
  backend: AgentBackend;
  signingSecret?: string;
}

interface BackendRow {
  required: readonly (keyof BackendDto)[];
  optional: readonly (keyof BackendDto)[];
  /** Seconds that one try may take unless the request says so. */
  timeoutSeconds?: number;
  /** Its turns are signed with a secret of its own. */
  isSigned?: true;
}

/** The fields of each type, beside `type` and `apology`. */
const BACKEND_FIELDS: Record<BackendType, BackendRow> = {
  concierge: { required: [], optional: [] },
  http: { required: ['url'], optional: ['timeoutSeconds'], timeoutSeconds: 30, isSigned: true },
  nats: { required: [], optional: ['timeoutSeconds'], timeoutSeconds: 30 },
  openai: {
    required: ['url', 'model'],
    optional: ['instructions', 'apiKey', 'temperature', 'maxToolRounds', 'timeoutSeconds'],
    timeoutSeconds: 120,
  },
};

/**
 * Makes a backend from a valid request: what is secret in it is sealed for the agent.
 *
 * @param owner whose secrets they are: `<workspaceId>/<agentId>`.
 * @throws refusals: of fields that do not fit the type, and `unavailable` when nothing can be sealed
 */
export function makeBackend(dto: BackendDto, owner: string, secretKey: string | undefined): MadeBackend {
  const row = BACKEND_FIELDS[dto.type];
  const errors = errorsOf(dto, row);
  if (errors.length > 0) return refuseFields(errors);
  const { apiKey, ...open } = dto;
  const signingSecret = row.isSigned ? `whsec_${randomBytes(24).toString('base64')}` : undefined;
  const secrets = { ...present({ apiKey, secret: signingSecret }) };
  const sealed = Object.keys(secrets).length === 0 ? {} : { sealed: seal(secrets, owner, secretKey) };
  const { timeoutSeconds = row.timeoutSeconds } = dto;
  const backend = { ...present({ ...open, timeoutSeconds }), ...sealed } as AgentBackend;
  return { backend, ...(signingSecret === undefined ? {} : { signingSecret }) };
}

function errorsOf(dto: BackendDto, { required, optional }: BackendRow): FieldError[] {
  const known = new Set<string>(['type', 'apology', ...required, ...optional]);
  const odd = Object.entries(dto).filter(([field, value]) => value !== undefined && !known.has(field));
  const missing = required.filter((field) => dto[field] === undefined);
  return [
    ...odd.map(([field]) => ({ field: `backend.${field}`, reason: `does not fit when type is ${dto.type}` })),
    ...missing.map((field) => ({
      field: `backend.${field}`,
      reason: `is required when type is ${dto.type}`,
    })),
  ];
}

function seal(secrets: object, owner: string, secretKey: string | undefined): string {
  if (secretKey === undefined)
    return refuse('unavailable', 'Secrets cannot be stored: the server has no SKEIN_SECRET_KEY.');
  return sealCredentials(secretKey, owner, secrets).toString('base64');
}

function present(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
