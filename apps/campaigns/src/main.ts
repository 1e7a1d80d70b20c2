import { runService } from '@skein/runtime';
import { service } from './service.js';

await runService(service);
