export { Sweeper, type Sweep } from './sweeper.js';
export { workerService, type WorkerParts, type WorkerSpec } from './worker-service.js';
