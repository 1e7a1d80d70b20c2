import { describe, expect, it } from '@jest/globals';
import { campaignStateOf, onItsWay, type CampaignCounts, type CampaignState } from './campaigns.js';

const [NONE, PAUSED, CANCELED] = [
  { isPaused: false, isCanceled: false },
  { isPaused: true, isCanceled: false },
  { isPaused: false, isCanceled: true },
];

describe('M10 the state of a campaign', () => {
  it.each<[CampaignState, CampaignCounts, typeof NONE]>([
    ['running', { pending: 1, sent: 9 }, NONE],
    ['running', { sending: 1 }, NONE],
    ['running', { scheduled: 1 }, NONE],
    ['done', { sent: 5, failed: 1, blocked: 1, error: 3, unknown: 1 }, NONE],
    ['paused', { pending: 1 }, PAUSED],
    ['paused', { accepted: 1 }, PAUSED],
    ['done', { delivered: 1 }, PAUSED],
    ['canceled', { canceled: 4, sent: 2 }, CANCELED],
    ['canceled', { canceled: 4, queued: 2 }, CANCELED],
    ['running', { canceled: 4, held: 1 }, CANCELED],
  ])('is %s for %j %j', (state, counts, marks) => {
    expect(campaignStateOf(counts, marks)).toBe(state);
  });

  it('a pause still keeps what no channel has taken', () => {
    const counts = { accepted: 3, queued: 2, sending: 1, pending: 9 };
    expect([onItsWay(counts), onItsWay(counts, true)]).toEqual([6, 3]);
  });
});
