/** A field with scopes whose values record their scope: the use of a value that has been freed throws. */
import type { Field, Memory } from '../../src/arithmetic/field.ts';

interface Scope {
  open: boolean;
}

export interface Guarded<T> {
  readonly value: T;
  readonly scope: Scope;
}

export function guarded<T>(F: Field<T>): Field<Guarded<T>> & { readonly memory: Memory<Guarded<T>> } {
  const memory = F.memory!;
  const scopes: Scope[] = [];
  const wrap = (value: T): Guarded<T> => ({ value, scope: scopes[scopes.length - 1] });
  const open = ({ value, scope }: Guarded<T>): T => {
    if (!scope.open) throw new Error('a value is used after its scope has ended');
    return value;
  };
  const one = (op: (a: T) => T) => (a: Guarded<T>) => wrap(op(open(a)));
  const two = (op: (a: T, b: T) => T) => (a: Guarded<T>, b: Guarded<T>) => wrap(op(open(a), open(b)));
  return {
    name: F.name,
    digits: F.digits,
    of: (x) => wrap(F.of(x)),
    add: two(F.add),
    sub: two(F.sub),
    mul: two(F.mul),
    div: two(F.div),
    neg: one(F.neg),
    sqrt: one(F.sqrt),
    exp: one(F.exp),
    ln: one(F.ln),
    toNumber: (a) => F.toNumber(open(a)),
    sign: (a) => F.sign(open(a)),
    radius: (a) => F.radius(open(a)),
    memory: {
      scope: (body) =>
        memory.scope(() => {
          const scope = { open: true };
          scopes.push(scope);
          try {
            return body();
          } finally {
            scope.open = false;
            scopes.pop();
          }
        }),
      keep(values) {
        const bring = memory.keep(values.map(open));
        return () => bring().map(wrap);
      },
    },
  };
}
