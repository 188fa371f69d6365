/** What a picture knows of its place: its width, and whether it can be seen. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** How far beyond the window a picture counts as seen: it is drawn before it comes into sight. */
const NEAR = '300px';

/**
 * @param first width until it is measured
 * @returns a reference for the element, its width in whole pixels as it changes, and whether it is near what is seen
 */
export function usePlace<E extends HTMLElement>(first: number) {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(first);
  const [near, setNear] = useState(true);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const read = () => setWidth(Math.max(200, Math.floor(element.clientWidth)));
    read();
    const size = new ResizeObserver(read);
    const sight = new IntersectionObserver((entries) => setNear(entries[entries.length - 1].isIntersecting), {
      rootMargin: NEAR,
    });
    size.observe(element);
    sight.observe(element);
    return () => {
      size.disconnect();
      sight.disconnect();
    };
  }, []);
  return { ref, width, near } as const;
}
