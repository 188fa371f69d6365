/** Starts the lab. */
import { render } from 'preact';
import { declarations } from '../../report/pictures/palette.ts';
import { readLink } from '../permalink.ts';
import { App } from './App.tsx';
import { LabController } from './controller.ts';

// The palette has one home; a sheet made here is no inline style, which the page's policy forbids.
const palette = new CSSStyleSheet();
palette.replaceSync(
  `:root{${declarations('light')}}@media (prefers-color-scheme:dark){:root{${declarations('dark')}}}`,
);
document.adoptedStyleSheets = [palette];

void readLink(location.hash).then(({ link, faults }) =>
  render(<App lab={new LabController(link, faults)} />, document.getElementById('lab')!),
);
