export { claimRuns, extendRun, type RunClaim } from './claim-runs.js';
export { endRun, forgetRuns, sweepRuns, type ResultTaken, type TryEnd } from './end-runs.js';
export { fireJobs, type Fired } from './fire.js';
export type { JobDefinition, JobRunView, JobView } from './job-view.js';
export { deleteJob, findJob, listJobs, pauseJob, putJob, resumeJob } from './jobs.js';
export { findRun, listRuns, triggerJob } from './runs.js';
