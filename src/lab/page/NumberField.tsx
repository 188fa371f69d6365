/** A field for a number: what is typed counts when it is done and right; until then the last right value does. */
import { useEffect, useId, useState } from 'preact/hooks';

interface Typed {
  readonly label: string;
  /** What it means, below the label. */
  readonly hint?: string;
  readonly value: number;
  readonly parse?: (text: string) => number;
  readonly fault: (x: number) => string | undefined;
  readonly onCommit: (x: number) => void;
  readonly disabled?: boolean;
  /** Shows the label to screen readers alone, as in a table. */
  readonly bare?: boolean;
}

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

export function NumberField({
  label,
  hint,
  value,
  parse = numberOf,
  fault,
  onCommit,
  disabled,
  bare,
}: Typed) {
  const id = useId();
  const [draft, setDraft] = useState(String(value));
  const [message, setMessage] = useState<string | undefined>();
  useEffect(() => {
    setDraft(String(value));
    setMessage(undefined);
  }, [value]);
  const typed = (text: string) => {
    setDraft(text);
    setMessage(fault(parse(text)));
  };
  const done = () => {
    const x = parse(draft);
    if (fault(x) === undefined && !Object.is(x, value)) onCommit(x);
  };
  return (
    <div class="field">
      <label for={id} class={bare ? 'hidden' : undefined}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={draft}
        disabled={disabled}
        aria-invalid={message !== undefined}
        aria-describedby={message !== undefined ? `${id}-message` : hint ? `${id}-hint` : undefined}
        onInput={(event) => typed(event.currentTarget.value)}
        onChange={done}
        onKeyDown={(event) => {
          if (event.key === 'Enter') done();
        }}
      />
      {message !== undefined ? (
        <p class="small wrong" id={`${id}-message`} role="alert">
          {message}
        </p>
      ) : (
        hint && (
          <p class="small muted" id={`${id}-hint`}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

interface Choice {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onCommit: (value: string) => void;
}

export function SelectField({ label, hint, value, options, onCommit }: Choice) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onCommit(event.currentTarget.value)}
      >
        {options.map(([one, words]) => (
          <option key={one} value={one} selected={one === value}>
            {words}
          </option>
        ))}
      </select>
      {hint && (
        <p class="small muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
