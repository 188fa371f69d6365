/** What every page has around its content. */
import { createHash } from 'node:crypto';
import { html, type Markup, raw } from './markup.ts';
import { style } from './style.ts';

interface Shell {
  readonly title: string;
  readonly opening: Markup;
  readonly content: Markup;
  readonly version: string | undefined;
  /** The page's own script, if it has one. */
  readonly script?: string;
}

/** An HTML document. Nothing is loaded, and no script but the page's own may run: the policy names its hash. */
export function shell({ title, opening, content, version, script }: Shell): string {
  const hash = script === undefined ? undefined : createHash('sha256').update(script).digest('base64');
  const scripts = hash === undefined ? '' : ` script-src 'sha256-${hash}';`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:;${scripts} base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
${opening}
<main>
${content}
</main>
<footer>Made by Snapcheck ${version ?? ''}. This file is complete: it loads nothing.</footer>
${
  script === undefined
    ? null
    : html`<script>${raw(script)}</script>
`
}</body>
</html>
`.text;
}
