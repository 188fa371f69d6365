/** A part of the page that scrolls by itself, also by keyboard. */
import type { ComponentChildren } from 'preact';

interface Scrolled {
  readonly label: string;
  readonly tall?: boolean;
  readonly children: ComponentChildren;
}

export function Scroll({ label, tall, children }: Scrolled) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus a keyboard cannot scroll it (axe: scrollable-region-focusable)
    <section class={tall ? 'scroll tall' : 'scroll'} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
