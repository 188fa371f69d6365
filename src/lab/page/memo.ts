/** Components that are not drawn at every picture. */
import { Component, type ComponentType, h, type JSX } from 'preact';

/** A component that is drawn again only when its number of the drawing is another: whatever it shows has then changed. */
export function onDrawing<P extends { readonly drawing: number }>(
  Inner: (props: P) => JSX.Element | null,
): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return next.drawing !== this.props.drawing;
    }
    override render() {
      return h(Inner as ComponentType<P>, this.props as never);
    }
  };
}

/** A component that is drawn again only when one of its properties is another. */
export function memo<P extends object>(Inner: (props: P) => JSX.Element | null): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const [a, b] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      return Object.keys(b).some((key) => a[key] !== b[key]) || Object.keys(a).some((key) => !(key in b));
    }
    override render() {
      return h(Inner as ComponentType<P>, this.props as never);
    }
  };
}
