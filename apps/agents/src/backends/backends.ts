import type { NatsLink } from '@skein/messaging';
import type { AgentsConfig } from '../config.js';
import type { AgentBackend } from './backend.js';
import { Concierge } from './concierge.js';
import { HttpBackend } from './http.js';
import { NatsBackend } from './nats.js';
import { OpenAiBackend } from './openai/openai.js';

/** Injection token of {@link Backends}. */
export const BACKENDS = Symbol('agents:backends');

/** The kinds of backends that this process knows, by the `type` in an agent's configuration. */
export class Backends {
  constructor(private readonly byType: Record<string, AgentBackend>) {}

  /** @throws when no backend has this type. */
  of(type: string): AgentBackend {
    const backend = Object.hasOwn(this.byType, type) ? this.byType[type] : undefined;
    if (backend === undefined) throw new Error(`There is no backend of type "${type}".`);
    return backend;
  }
}

/** The built-in backends. */
export function backendsOf(config: AgentsConfig, link: NatsLink): Backends {
  const { secretKey, publicUrl, allowHosts, sampleFiles } = config;
  const deployment = { secretKey, publicUrl };
  return new Backends({
    concierge: new Concierge(sampleFiles),
    http: new HttpBackend(deployment, allowHosts),
    nats: new NatsBackend(deployment, link),
    openai: new OpenAiBackend(secretKey, allowHosts),
  });
}
