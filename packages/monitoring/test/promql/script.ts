import { readFileSync } from 'node:fs';
import { memoryStore } from '@novacron/monitoring';
import { createPromqlEngine, parsePromql, type PromqlEngine, type QueryResult } from '@novacron/monitoring/promql';
import { expect } from 'vitest';

/**
 * Scripts in the language of Prometheus' own tests, as far as they speak of floats:
 *
 *     load 10s
 *       requests{job="a"} 0+10x5 _ stale 7
 *     eval instant at 50s rate(requests[30s])
 *       expect info
 *       {job="a"} 1
 *     eval range from 0 to 40s step 20s requests
 *       requests{job="a"} 0 20 40
 *     clear
 */
export interface ScriptCase {
  /** What to call it in a report. */
  readonly name: string;
  /** Evaluates it and checks the answer. */
  readonly run: () => Promise<void>;
}

interface Loaded {
  readonly metric: string;
  readonly labels: Record<string, string>;
  readonly points: readonly (readonly [timeMs: number, value: number])[];
}

type Expected = { readonly key: string; readonly values: readonly (number | undefined)[] };

const stale = Symbol('stale');

/** Reads the cases of a script. */
export function scriptCases(path: string): ScriptCase[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const cases: ScriptCase[] = [];
  let loaded: Loaded[] = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i] as string;
    const block: string[] = [];
    for (i++; i < lines.length && /^\s/.test(lines[i] as string); i++) block.push((lines[i] as string).trim());
    if (line === 'clear') loaded = [];
    else if (line.startsWith('load ')) {
      loaded = [...loaded, ...block.map((text) => loadedSeries(text, milliseconds(line.slice(5))))];
    } else {
      const data = loaded;
      cases.push({ name: line, run: () => check(line, block, data) });
    }
  }
  return cases;
}

function milliseconds(text: string): number {
  const literal = parsePromql(text.trim());
  return literal.kind === 'number' ? literal.value * 1000 : Number.NaN;
}

function seriesOf(text: string): { readonly metric: string; readonly labels: Record<string, string> } {
  if (text === '{}') return { metric: '', labels: {} };
  const selector = parsePromql(text.startsWith('{') ? `nameless${text}` : text);
  if (selector.kind !== 'vector') throw new Error(`Not a series: ${text}`);
  const labels = Object.fromEntries(
    selector.matchers.filter(({ label }) => label !== '__name__').map(({ label, value }) => [label, value]),
  );
  return { metric: text.startsWith('{') ? '' : (selector.name ?? ''), labels };
}

/** Splits `metric{labels} values`. */
function splitSeries(text: string): readonly [series: string, values: string] {
  const match = /^((?:[A-Za-z_:][\w:]*)?(?:\{(?:"(?:\\.|[^"\\])*"|[^}])*\})?)\s+(.*)$/.exec(text);
  if (match === null) throw new Error(`Not a series with values: ${text}`);
  return [match[1] as string, match[2] as string];
}

function loadedSeries(text: string, stepMs: number): Loaded {
  const [series, values] = splitSeries(text);
  const points = valuesOf(values).flatMap((value, i): [number, number][] => {
    if (value === undefined) return [];
    return [[i * stepMs, typeof value === 'symbol' ? staleNumber : value]];
  });
  return { ...seriesOf(series), points };
}

/** Stands for the marker until it is written as bits, because a number cannot hold them safely. */
const staleNumber = -123_456_789.25;

function valuesOf(text: string): (number | undefined | typeof stale)[] {
  return text.split(/\s+/).flatMap((word): (number | undefined | typeof stale)[] => {
    const blank = /^_(?:x(\d+))?$/.exec(word);
    if (blank !== null) return Array.from({ length: Number(blank[1] ?? 1) }, () => undefined);
    if (word === 'stale') return [stale];
    const series = /^([+-]?[\w.]+?(?:e[+-]?\d+)?)(?:([+-][\d.]+(?:e[+-]?\d+)?))?x(\d+)$/i.exec(word);
    if (series === null) return [numberOf(word)];
    const [, first, growth = '0', times] = series as unknown as [string, string, string | undefined, string];
    return Array.from({ length: Number(times) + 1 }, (_, i) => numberOf(first) + i * Number(growth));
  });
}

function numberOf(word: string): number {
  const literal = parsePromql(word);
  if (literal.kind === 'number') return literal.value;
  throw new Error(`Not a number: ${word}`);
}

async function storeOf(loaded: readonly Loaded[]): Promise<PromqlEngine> {
  const store = memoryStore();
  for (const { metric, labels, points } of loaded) {
    const [ref] = await store.register([{ metric, labels }]);
    const values = Float64Array.from(points, ([, value]) => value);
    const bits = new Uint32Array(values.buffer);
    points.forEach(([, value], i) => {
      if (value === staleNumber) bits.set([2, 0x7f_f0_00_00], i * 2);
    });
    const timesMs = Float64Array.from(points, ([timeMs]) => timeMs);
    await store.appendBatch({ refs: new Uint32Array(points.length).fill(ref as number), timesMs, values });
  }
  return createPromqlEngine(store, { experimental: true });
}

async function check(line: string, block: readonly string[], loaded: readonly Loaded[]): Promise<void> {
  const engine = await storeOf(loaded);
  const instant = /^eval instant at (\S+)\s+(.*)$/.exec(line);
  const ranged = /^eval range from (\S+) to (\S+) step (\S+)\s+(.*)$/.exec(line);
  const wishes = block.filter((text) => text.startsWith('expect '));
  const expected = block.filter((text) => !text.startsWith('expect '));
  if (instant !== null) {
    const [, at, query] = instant as unknown as [string, string, string];
    const timeMs = milliseconds(at);
    const answer = await answerOf(() => engine.query(query, { timeMs }), wishes);
    if (answer === undefined) return;
    checkRemarks(answer, wishes);
    checkInstant(answer, expected, wishes);
    if (answer.result.type === 'string' || answer.result.type === 'matrix') return;
    const [startMs, endMs, stepMs] = [timeMs - 60_000, timeMs + 60_000, 60_000];
    const around = await engine.queryRange(query, { startMs, endMs, stepMs }).catch(() => undefined);
    if (around === undefined || /start\(\)|end\(\)/.test(query)) return;
    checkValues(pick(around, timeMs), instantValues(expected));
  } else if (ranged !== null) {
    const [, from, to, step, query] = ranged as unknown as [string, string, string, string, string];
    const range = { startMs: milliseconds(from), endMs: milliseconds(to), stepMs: milliseconds(step) };
    const answer = await answerOf(() => engine.queryRange(query, range), wishes);
    if (answer === undefined) return;
    checkRemarks(answer, wishes);
    checkValues(pointsOf(answer, range), expected.map(expectedSeries));
  } else throw new Error(`Not a command: ${line}`);
}

async function answerOf(ask: () => Promise<QueryResult>, wishes: readonly string[]): Promise<QueryResult | undefined> {
  const fail = wishes.find((text) => text.startsWith('expect fail'));
  if (fail === undefined) return ask();
  const message = /^expect fail\s*(?:msg:\s*(.*))?$/.exec(fail)?.[1];
  const error: unknown = await ask().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, 'it must fail').toBeDefined();
  if (message !== undefined) expect((error as Error).message).toContain(message);
  return undefined;
}

function checkRemarks({ warnings, infos }: QueryResult, wishes: readonly string[]): void {
  for (const [what, found] of [
    ['warn', warnings],
    ['info', infos],
  ] as const) {
    const wish = wishes.find((text) => new RegExp(`^expect ${what}\\b`).test(text));
    const message = /msg:\s*(.*)$/.exec(wish ?? '')?.[1];
    if (wish === undefined) expect(found, `no ${what} was expected`).toEqual([]);
    else expect(found.length, `${what} was expected`).toBeGreaterThan(0);
    if (message !== undefined) expect(found.join('\n')).toContain(message);
  }
}

function keyOf({ metric, labels }: { readonly metric: string; readonly labels: object }): string {
  return `${metric}${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}

function expectedSeries(text: string): Expected {
  const [series, values] = splitSeries(text);
  return { key: keyOf(seriesOf(series)), values: valuesOf(values) as (number | undefined)[] };
}

function instantValues(expected: readonly string[]): Expected[] {
  return expected.map((text) =>
    /\s|\{/.test(text) ? expectedSeries(text) : { key: keyOf({ metric: '', labels: {} }), values: [numberOf(text)] },
  );
}

function checkInstant({ result }: QueryResult, expected: readonly string[], wishes: readonly string[]): void {
  const text = wishes.find((wish) => wish.startsWith('expect string '));
  if (text !== undefined) {
    expect(result).toMatchObject({ type: 'string', value: JSON.parse(text.slice('expect string '.length)) as string });
    return;
  }
  if (result.type === 'scalar') {
    checkValues(new Map([[keyOf({ metric: '', labels: {} }), [result.value]]]), instantValues(expected));
  } else if (result.type === 'vector') {
    const found = result.series.map((series, row): [string, number[]] => [
      keyOf(series),
      [result.values[row] as number],
    ]);
    checkValues(new Map(found), instantValues(expected));
    if (wishes.includes('expect ordered')) {
      expect(found.map(([key]) => key)).toEqual(instantValues(expected).map(({ key }) => key));
    }
  } else if (result.type === 'matrix') {
    const found = result.series.map((series): [string, number[]] => [keyOf(series), [...series.values]]);
    checkValues(new Map(found), expected.map(expectedSeries));
  }
}

function pick({ result }: QueryResult, timeMs: number): Map<string, (number | undefined)[]> {
  if (result.type !== 'matrix') throw new Error('a matrix was expected');
  return new Map(
    result.series.flatMap((series): [string, number[]][] => {
      const at = series.timesMs.indexOf(timeMs);
      return at < 0 ? [] : [[keyOf(series), [series.values[at] as number]]];
    }),
  );
}

function pointsOf(
  { result }: QueryResult,
  { startMs, endMs, stepMs }: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
): Map<string, (number | undefined)[]> {
  if (result.type !== 'matrix') throw new Error('a matrix was expected');
  const steps = Math.floor((endMs - startMs) / stepMs) + 1;
  return new Map(
    result.series.map((series) => [
      keyOf(series),
      Array.from({ length: steps }, (_, step) => {
        const at = series.timesMs.indexOf(startMs + step * stepMs);
        return at < 0 ? undefined : series.values[at];
      }),
    ]),
  );
}

function checkValues(found: Map<string, (number | undefined)[]>, expected: readonly Expected[]): void {
  const wanted = expected.filter(({ values }) => values.some((value) => value !== undefined));
  expect([...found.keys()].sort()).toEqual(wanted.map(({ key }) => key).sort());
  for (const { key, values } of wanted) {
    const own = found.get(key) ?? [];
    values.forEach((value, step) => {
      const got = own[step];
      if (value === undefined || got === undefined || !Number.isFinite(value))
        expect(got, `${key} [${step}]`).toBe(value);
      else
        expect(Math.abs(got - value), `${key} [${step}] is ${got}, not ${value}`).toBeLessThanOrEqual(
          1e-9 * Math.max(1e-6, Math.abs(value)),
        );
    });
    expect(own.slice(values.length).filter((value) => value !== undefined)).toEqual([]);
  }
}
