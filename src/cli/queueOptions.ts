/** Options of what works on a fleet: the queue and the campaign (docs/queue.md). */
import { shown } from '../io/place.ts';
import type { QueueOptions } from '../workers/engine.ts';
import {
  flagOf,
  flagOption,
  type GivenWords,
  type Option,
  type Options,
  rare,
  sameWords,
  wordOption,
} from './options.ts';

/** Has the URL in place of `--queue`, so that no list of processes shows its password. */
const VARIABLE = 'SNAPCHECK_QUEUE';

const isQueue = (text: string): boolean =>
  URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '';

/** A URL is not repeated in a fault: it may have a password. */
const queueOption = (says: string): Option<string | undefined> =>
  wordOption('<url>', says, undefined, (word, refuse) =>
    isQueue(word) ? word : refuse('expected redis://host:port, or rediss:// for TLS', 'another text'),
  );

export const CAMPAIGN_NAME = /^[\w-]{1,64}$/;
const campaignOption = (says: string) =>
  wordOption('<name>', says, undefined, (word, refuse) =>
    CAMPAIGN_NAME.test(word) ? word : refuse('expected 1 to 64 letters, digits, - or _', shown(word)),
  );

/** Of `snapcheck worker` and `snapcheck campaign`. */
export const brokerOptions = {
  queue: queueOption(`redis://host:port, rediss:// for TLS (default $${VARIABLE})`),
  unsafeQueue: flagOption('take a server that may forget or drop what it keeps'),
} as const satisfies Options;

/** Of commands whose work a fleet can do. */
export const fleetOptions = {
  queue: rare(queueOption('have a fleet do the work (docs/queue.md): redis://host:port')),
  campaign: rare(campaignOption('its name there: the same command goes on, wherever it runs')),
  unsafeQueue: rare(flagOption('take a queue that may forget or drop what it keeps')),
} as const satisfies Options;

type Given = GivenWords<typeof brokerOptions & Options>;

/**
 * The URL of the queue. The list of processes no longer shows a password, and processes that are started do not inherit it.
 * @returns undefined where none is given, which is a fault if it is needed
 */
export function queueUrl({ values, checks }: Given, name: string, needed: boolean): string | undefined {
  const inherited = process.env[VARIABLE];
  delete process.env[VARIABLE];
  if (values.queue !== undefined) {
    if (new URL(values.queue).password !== '') process.title = `snapcheck ${name}`;
    return values.queue;
  }
  if (!needed) return undefined;
  if (inherited === undefined) checks.fault(`--queue: expected a URL, or ${VARIABLE}, got none`);
  else if (isQueue(inherited)) return inherited;
  else checks.fault(`${VARIABLE}: expected redis://host:port, or rediss:// for TLS, got another text`);
  return undefined;
}

/** Options that decide neither which tasks there are nor what is made of the answers. */
const OF_PLACE = ['out', 'report', 'json', 'workers', 'all', 'counterexamples'];
/** Options of where the work is done; the URL may have a password, which no command that is printed must show. */
export const QUEUE_WORDS = ['queue', 'campaign', 'unsafeQueue'] as const;
const OF_QUEUE: readonly string[] = [...QUEUE_WORDS, 'for'];

/**
 * The campaign that a command is to work on; undefined where it is to work here.
 * @param name the command
 */
export function queueOf(
  input: GivenWords<typeof fleetOptions & Options>,
  name: string,
): Omit<QueueOptions, 'onNote'> | undefined {
  const { values, checks, operands, words } = input;
  const { campaign, unsafeQueue: unsafe } = values;
  const url = queueUrl(input, name, campaign !== undefined);
  if (url !== undefined && campaign === undefined)
    checks.fault('--queue: expected --campaign <name> with it');
  if (url === undefined || campaign === undefined) return undefined;
  const kept = [...words].filter(([option]) => !OF_QUEUE.includes(option));
  return {
    ...{ url, campaign, unsafe },
    words: [name, ...operands, ...kept.flatMap(([option, own]) => [flagOf(option), ...own])],
    scope: `snapcheck ${name} ${sameWords(input, [...OF_QUEUE, ...OF_PLACE])}`.trimEnd(),
  };
}
