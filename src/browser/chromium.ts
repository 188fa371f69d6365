/** Finds and starts an installed browser. Nothing is downloaded. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Headless, without the sandbox (which does not work as root) and without background network traffic. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What Playwright turns off. Of two lists Chromium reads the last, so that ours names these again; a test compares them. */
const OFF_IN_PLAYWRIGHT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
];
/**
 * Each page of a headless Chromium has a window with an address bar that nobody sees. In Chromium 156 its list of
 * suggestions is two pages of their own, laid out at every change of size: half a second for a report. A spare process
 * for the page after this one is not used either.
 */
const UNSEEN = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess'];
const OFF = `--disable-features=${[...OFF_IN_PLAYWRIGHT, ...UNSEEN].join(',')}`;

const executable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path in CHROME_BIN, or the first Chromium on PATH; undefined if there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROME_BIN) return executable(env.CHROME_BIN) ? env.CHROME_BIN : undefined;
  return (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(executable);
}

/** What a page computes with. */
export type Graphics = 'webgl' | 'webgpu';

/** Both are rendered in software (SwiftShader), with or without a GPU: equal numbers on every machine. */
const GRAPHICS: Record<Graphics, readonly string[]> = {
  webgl: ['--enable-unsafe-swiftshader', '--use-angle=swiftshader'],
  webgpu: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'],
};

/** What only shows text needs no process that draws, and none of the three dimensions of WebGL. */
const NO_GRAPHICS = ['--disable-gpu', '--disable-software-rasterizer', '--in-process-gpu'];

/**
 * Starts the browser with an empty profile.
 * @param graphics what a page needs of it; none if left out
 * @throws Error if playwright-core (an optional dependency) is not installed, or the browser does not start
 */
export async function launchChromium(executablePath: string, graphics?: Graphics): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  // The command handles signals itself; playwright would end the process.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({
    executablePath,
    args: [...FLAGS, OFF, ...(graphics ? GRAPHICS[graphics] : NO_GRAPHICS)],
    ...signals,
  });
}
