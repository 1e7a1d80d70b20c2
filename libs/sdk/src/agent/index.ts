export type { HttpHandler, HttpRequest, HttpResponse } from './http-handler.js';
export type { NatsSettings } from './nats.js';
export type { OnError } from './run-turn.js';
export type { AgentSettings, HttpSettings, ServeAgent, ServedAgent } from './serve-agent.js';
export type {
  AnswerItem,
  AnswerLater,
  AnswerObject,
  PersonEntry,
  Turn,
  TurnAnswerInput,
  TurnHandler,
} from './turn.js';
