import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES } from '@skein/contracts';
import { capabilitiesPage } from './capabilities-page.js';

describe('the page of capabilities', () => {
  const page = capabilitiesPage();

  it('has every kind in every table, with its sources and the day they were read', () => {
    for (const { kind, sources } of Object.values(CAPABILITIES)) {
      expect(page.split(`\n| \`${kind}\` |`)).toHaveLength(6);
      for (const { url, checked } of sources) expect(page).toContain(`| ${url} | ${checked} |`);
    }
  });

  it('states limits with their units', () => {
    expect(page).toContain('4,096 characters');
    expect(page).toContain('id 64 bytes');
    expect(page).toContain('24 hours, then hold');
  });
});
