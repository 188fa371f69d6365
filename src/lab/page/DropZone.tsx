/** A problem file, chosen or dropped anywhere on the page. It stays on this machine. */
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../model/problem.ts';
import { MOST_PROBLEM_BYTES } from '../../model/problemShape.ts';
import { drawnProblemFaults } from '../setupFaults.ts';

interface Dropped {
  readonly onProblem: (problem: Problem) => void;
}

/** The problem of a file without what a file has besides; or its faults. */
async function readProblem(file: File): Promise<{ problem: Problem } | { faults: readonly string[] }> {
  if (file.size > MOST_PROBLEM_BYTES)
    return { faults: [`expected at most ${MOST_PROBLEM_BYTES} bytes, got ${file.size}`] };
  let value: unknown;
  try {
    value = JSON.parse(await file.text());
  } catch (error) {
    return { faults: [`expected JSON: ${error instanceof Error ? error.message : error}`] };
  }
  const faults = drawnProblemFaults(value);
  if (faults.length > 0) return { faults };
  const { vocabulary, classes } = value as Problem;
  return { problem: { vocabulary, classes } };
}

export function DropZone({ onProblem }: Dropped) {
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [name, setName] = useState('');
  const [over, setOver] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const read = await readProblem(file);
    setName(file.name);
    setFaults('faults' in read ? read.faults : []);
    if ('problem' in read) onProblem(read.problem);
  };
  useEffect(() => {
    const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const drag = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(false);
      void take(event.dataTransfer?.files[0]);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  });
  return (
    <div class={over ? 'drop over' : 'drop'}>
      <label for="problem-file">Problem file (or drop one on the page)</label>
      <input
        id="problem-file"
        type="file"
        accept=".json,application/json"
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <div role="alert">
        {faults.length > 0 && (
          <>
            <p class="small wrong">{name} is no problem that can be trained; the last world goes on:</p>
            <ul class="small wrong">
              {faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}
