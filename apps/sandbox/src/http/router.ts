import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fields } from '../core/fields.js';
import { notFound, Refusal, refusalOf } from '../core/refusal.js';
import { readJsonObject, sendJson } from './messages.js';

/** One request of the control surface. */
export interface ControlCall {
  /** Values of the pattern's `:names`, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  /** The JSON body; an absent one is empty, a broken one is a 400. */
  fields: () => Promise<Fields>;
}

/** Undefined when the handler has answered by itself. */
export type ControlAnswer = { status?: number; body: unknown } | undefined;

export interface Route {
  method: 'GET' | 'POST';
  /** `people/:kind/:address/inbox` */
  pattern: string;
  run(call: ControlCall): ControlAnswer | Promise<ControlAnswer>;
}

/** The largest control body: a base64 medium of about 35 MB. */
const BODY_LIMIT = 50 * 1024 * 1024;

/** Runs the matching route; refusals become `application/problem+json`. */
export async function routeControl(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const found = match(routes, request.method ?? 'GET', url.pathname);
    const fields = async (): Promise<Fields> => readFields(request);
    const answer = await found.route.run({
      params: found.params,
      query: url.searchParams,
      request,
      response,
      fields,
    });
    if (answer) sendJson(response, answer.status ?? 200, answer.body);
  } catch (error) {
    sendProblem(response, error);
  }
}

/** A refusal as a problem; anything else is a defect and says no more than that. */
export function sendProblem(response: ServerResponse, error: unknown): void {
  const refusal = refusalOf(error) ?? defectOf(error);
  if (response.headersSent) return void response.destroy();
  const { status, code, message: detail, more } = refusal;
  const problem = { type: 'about:blank', title: code.replaceAll('_', ' '), status, code, detail, ...more };
  sendJson(response, status, problem, { 'content-type': 'application/problem+json' });
}

function defectOf(error: unknown): Refusal {
  const { message } = (error ?? {}) as { message?: unknown };
  return new Refusal(500, 'defect', String(message ?? error));
}

async function readFields(request: IncomingMessage): Promise<Fields> {
  if (request.headers['content-length'] === '0') return new Fields({});
  if (request.headers['content-length'] === undefined && !request.headers['transfer-encoding'])
    return new Fields({});
  const body = await readJsonObject(request, BODY_LIMIT);
  if (!body) throw new Refusal(400, 'invalid_request', 'The body must be a JSON object.');
  return new Fields(body);
}

function match(
  routes: readonly Route[],
  method: string,
  pathname: string,
): { route: Route; params: Record<string, string> } {
  const segments = pathname.split('/').slice(1);
  for (const route of routes) {
    const params = route.method === method ? matchPattern(route.pattern, segments) : undefined;
    if (params) return { route, params };
  }
  throw notFound(`There is no ${method} ${pathname} here.`);
}

function matchPattern(pattern: string, segments: string[]): Record<string, string> | undefined {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decode(segment);
    else if (part !== segment) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
