/** What tests in a browser need, and what is missing where they are skipped. */
import { createRequire } from 'node:module';
import { findChromium } from '../../src/browser/chromium.ts';

export const chromium = findChromium();
const driver = (() => {
  try {
    return createRequire(import.meta.url).resolve('playwright-core');
  } catch {
    return undefined;
  }
})();
export const missing = !chromium
  ? 'no Chromium is installed'
  : !driver
    ? 'playwright-core is not installed'
    : undefined;

/** Nothing in a browser is held to a time: only one that hangs ends at this. */
export const PATIENCE = 300_000;
