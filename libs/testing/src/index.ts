export { buildBatch, buildCampaign, startPlatform } from './bulk-sends.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { httpClient, statusOrCut, type HttpAnswer, type HttpClient, type HttpOptions } from './http.js';
export { startInfra, type Infra } from './infra.js';
export { Replicas } from './replicas.js';
export type { Row, Sql } from './sql.js';
export { isRunning, leftRunning, stackProcesses, type StackProcess } from './stack-processes.js';
export { startStack, type Stack, type StackOptions, type StackPart } from './stack.js';
export { newDataDir } from './temp-dir.js';
export {
  buildCalls,
  buildChannel,
  buildLane,
  type CallOptions,
  type ChannelOptions,
  type ChannelRows,
  type LaneRows,
} from './builders.js';
export { channelContract, CONTRACT_URL, type ContractFixtures, type Runner } from './channel-contract.js';
