export { currentRun, type JobRun } from './current-run.js';
export { defineJob, type Job, type JobDefinition, type JobScheduleInput } from './define-job.js';
export type { JobWorker, JobWorkerOptions } from './job-worker.js';
export type { JobInfo, JobRunInfo, Jobs as JobsApi, RunFilter } from './jobs.js';
