/** `snapcheck campaign`: what becomes of the campaigns on a queue. */
import { shown } from '../io/place.ts';
import { suggestion } from '../io/suggest.ts';
import { safeLine } from '../io/text.ts';
import { count, duration } from '../report/format.ts';
import type { Broker } from '../workers/fleet/broker.ts';
import type { CampaignStatus } from '../workers/fleet/campaign.ts';
import type { CommandInput } from './commands.ts';
import { EXIT } from './exit.ts';
import { CAMPAIGN_NAME, queueUrl } from './queueOptions.ts';

const ACTIONS = ['status', 'collect', 'cancel'] as const;
type Action = (typeof ACTIONS)[number];

/** Milliseconds to wait for a queue that does not answer. */
const PATIENCE = 5000;

/** How a campaign stands, in a line. */
function standing({
  submitted,
  answered,
  waiting,
  running,
  failed,
  work,
  ended,
  left,
  differing,
}: CampaignStatus): string {
  if (differing > 0) return `stopped: ${count(differing, 'task')} with two answers that differ`;
  if (ended) return 'done; collect writes its files again, cancel removes it';
  const part = work === null ? '' : `${Math.floor(100 * work)} % done, `;
  if (failed > 0) return `${part}${count(failed, 'task')} without an answer; collect tries again`;
  if (waiting + running === 0) return `${part}all that was submitted is answered; collect goes on`;
  const time = left === null ? '' : `; about ${duration(left)} until what is submitted is answered`;
  return `${part}${answered} of ${count(submitted, 'task')} answered${time}`;
}

/** The lines of a status, the answer first. */
export function statusLines(name: string, status: CampaignStatus, now: number): string[] {
  const { running, waiting, seconds, begun, workers, words, program, version } = status;
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  return [
    `${name}: ${standing(status)}`,
    `  jobs     ${running} running, ${waiting} waiting; ${duration(seconds)} of work in the answers, begun ${duration((now - begun) / 1000)} ago`,
    `  workers  ${workers.length === 0 ? `none of program ${program} (snapcheck ${version}): start snapcheck worker` : `${workers.length} with ${count(threads, 'thread')}`}`,
    ...workers
      .slice(0, 12)
      .map((w) => `           ${safeLine(w.name)}, ${count(w.threads, 'thread')}, Node ${safeLine(w.node)}`),
    ...(workers.length > 12 ? [`           and ${workers.length - 12} more`] : []),
    `  command  snapcheck ${safeLine(words.join(' '))}`,
  ];
}

async function tellStatus(
  broker: Broker,
  names: readonly string[],
  whole: boolean,
  json: boolean,
): Promise<number> {
  const { statusOf } = await import('../workers/fleet/campaign.ts');
  const found: (readonly [string, CampaignStatus])[] = [];
  for (const name of names) {
    const status = await statusOf(broker, name);
    if (status) found.push([name, status]);
  }
  const lines = found.flatMap(([name, status]) =>
    whole ? statusLines(name, status, Date.now()) : [`${name}: ${standing(status)}`],
  );
  const document = { schema: 1, campaigns: found.map(([name, status]) => ({ name, ...status })) };
  const text = json ? JSON.stringify(document, null, 1) : lines.join('\n') || 'No campaign is on this queue.';
  process.stdout.write(`${text}\n`);
  return EXIT.expected;
}

/**
 * Checks the input, and does it.
 * @param again runs another command: the one that a campaign is of
 * @returns the exit code
 * @throws BadInput with every fault
 */
export async function runCampaign(
  input: CommandInput<'campaign'>,
  again: (words: readonly string[]) => Promise<number>,
): Promise<number> {
  const { operands, checks } = input;
  const [word = '', name, ...more] = operands;
  const action = ACTIONS.find((one) => one === word);
  if (!action)
    checks.fault(
      `expected ${ACTIONS.join(', ')}, got ${word === '' ? 'nothing' : shown(word)}${suggestion(word, ACTIONS)}`,
    );
  else if (name === undefined && action !== 'status')
    checks.fault(`${action}: expected the name of a campaign`);
  if (name !== undefined && !CAMPAIGN_NAME.test(name))
    checks.fault(`expected a name of 1 to 64 letters, digits, - or _, got ${shown(name)}`);
  for (const one of more) checks.fault(`expected one name, got ${shown(one)} too`);
  const url = queueUrl(input, 'campaign', true);
  checks.refuse();
  return await onQueue(action!, name, url!, input, again);
}

async function onQueue(
  action: Action,
  name: string | undefined,
  url: string,
  { values, checks }: CommandInput<'campaign'>,
  again: (words: readonly string[]) => Promise<number>,
): Promise<number> {
  const { CAMPAIGNS, openBroker } = await import('../workers/fleet/broker.ts');
  const { cancel, recordOf } = await import('../workers/fleet/campaign.ts');
  const broker = await openBroker({ url, unsafe: true, patience: PATIENCE });
  try {
    const names = (await broker.redis.smembers(CAMPAIGNS)).sort();
    if (name !== undefined && !names.includes(name))
      checks.fault(`no campaign ${shown(name)} on this queue${suggestion(name, names)}`);
    checks.refuse();
    if (action === 'status')
      return await tellStatus(broker, name === undefined ? names : [name], name !== undefined, values.json);
    if (action === 'cancel') {
      const removed = await cancel(broker, name!);
      process.stdout.write(
        `${name}: cancelled; ${count(removed?.jobs ?? 0, 'waiting job')} and ${count(removed?.answers ?? 0, 'answer')} removed\n`,
      );
      return EXIT.expected;
    }
    const record = (await recordOf(broker.redis, name!))!;
    broker.close();
    const queue = ['--queue', url, '--campaign', name!, ...(values.unsafeQueue ? ['--unsafe-queue'] : [])];
    const json = values.json && !record.words.includes('--json') ? ['--json'] : [];
    process.stderr.write(`snapcheck ${safeLine(record.words.join(' '))}\n`);
    return await again([...record.words, ...json, ...queue]);
  } finally {
    broker.close();
  }
}
