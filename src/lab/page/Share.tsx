/** Links, files, and the command that makes the same run in a terminal. */
import { useState } from 'preact/hooks';
import { terminalCommand } from '../command.ts';
import { labWorldOf } from '../worlds.ts';
import type { LabController } from './controller.ts';
import { marksCsv } from './marksCsv.ts';
import { saveFile } from './savePicture.ts';
import { goToStop } from './tourRun.ts';

/** Puts a text on the clipboard; a page from disk may not, so that the text is shown to be copied by hand. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function Terminal({ lab }: { readonly lab: LabController }) {
  const { command, file } = terminalCommand(lab.link.setup, lab.frame?.step ?? 0);
  const [copied, setCopied] = useState('');
  return (
    <div class="terminal" id="terminal">
      {file && (
        <p class="small">
          First save the problem in the folder of the command:{' '}
          <button
            type="button"
            onClick={() => saveFile(new Blob([file.text], { type: 'application/json' }), file.name)}
          >
            Save {file.name}
          </button>
        </p>
      )}
      <code class="code">{command}</code>
      <p>
        <button
          type="button"
          onClick={async () =>
            setCopied((await copy(command)) ? 'Copied.' : 'This browser does not copy: select the line.')
          }
        >
          Copy the command
        </button>{' '}
        <span class="small muted" role="status">
          {copied}
        </span>
      </p>
    </div>
  );
}

export function Share({ lab }: { readonly lab: LabController }) {
  const [link, setLink] = useState<{ readonly address: string; readonly copied: boolean } | null>(null);
  const [terminal, setTerminal] = useState(false);
  const { main, link: state } = lab;
  const share = async () => {
    const address = await lab.address();
    setLink({ address, copied: !lab.tooLong && (await copy(address)) });
  };
  const csv = () => {
    const text = marksCsv(main.course.frames(), main.started!.classes, labWorldOf(state.setup.world));
    saveFile(new Blob([text], { type: 'text/csv' }), 'steps.csv');
  };
  return (
    <div class="share">
      <div class="buttons">
        <button
          id="begin-tour"
          type="button"
          class={state.tour === null ? 'primary' : undefined}
          onClick={() => goToStop(lab, 1)}
          disabled={state.tour !== null}
        >
          Take the tour
        </button>
        <button type="button" onClick={() => void share()}>
          Copy link
        </button>
        <button type="button" onClick={csv} disabled={!main.started}>
          <span class="long">Save </span>CSV
        </button>
        <button
          type="button"
          aria-expanded={terminal}
          aria-controls="terminal"
          onClick={() => setTerminal(!terminal)}
        >
          <span class="long">In the terminal</span>
          <span class="brief">Terminal</span>
        </button>
      </div>
      <div role="status">
        {link &&
          (lab.tooLong ? (
            <p class="small">This problem is too large for a link: save it as a file, “In the terminal”.</p>
          ) : link.copied ? (
            <p class="small">The link to what you see is copied.</p>
          ) : (
            <label class="small link">
              The link to what you see:
              <input readOnly value={link.address} onFocus={(event) => event.currentTarget.select()} />
            </label>
          ))}
      </div>
      {terminal && <Terminal lab={lab} />}
    </div>
  );
}
