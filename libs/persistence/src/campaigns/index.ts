export * from './batches.js';
export * from './cancel-campaign.js';
export * from './change-campaigns.js';
export * from './feed.js';
export * from './hold-back.js';
export * from './read-batches.js';
export * from './read-campaigns.js';
export * from './retry-campaign.js';
